"""The small forms of a step: a reason, a declaration."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keyi.review.workflow import MAX_COMMENT

from .fields import TidyTextField


class CommentForm(forms.Form):
    """The reason of a step, and the submission that the person was looking at."""

    comment = TidyTextField(label=_("Reason"), max_length=MAX_COMMENT, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class DeclarationForm(forms.Form):
    """The tick before 提交, and the state of saving that was checked."""

    is_true = forms.BooleanField(
        label=_("I have checked everything above. It is true, and I answer for it on behalf of the unit.")
    )
    edits = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.core.text import narrow

from .fields import TidyField
from .profile import WithOldPassword

CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"})


class CodeForm(forms.Form):
    code = TidyField(
        label=pgettext_lazy("second factor", "Code"), tidy=narrow, max_length=32, widget=CODE,
        help_text=_("The six digits that your phone's app shows now, or one of your recovery codes."),
    )  # fmt: skip


class FirstCodeForm(forms.Form):
    code = TidyField(
        label=pgettext_lazy("second factor", "Code"), tidy=narrow, max_length=32, widget=CODE,
        help_text=_("The six digits that the app shows after scanning."),
    )  # fmt: skip


class SwitchOffForm(WithOldPassword, CodeForm):
    """Password and code, so that an unattended screen is not enough."""

    field_order = ("old_password", "code")

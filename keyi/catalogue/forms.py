from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.choices import UnitNature
from keyi.records.choices import PlatformLevel
from keyi.records.forms.fields import TidyCharField, TidyTextField

from .checking import check_download
from .find import SORTS, usual_order
from .models import Download, ErrorReport, Notice
from .places import CITIES


class FindForm(forms.Form):
    """The search box; an unknown order is ignored. The filters are read by filters.chosen_in."""

    q = forms.CharField(
        label=_("Search instruments"), max_length=100, required=False,
        error_messages={"max_length": _("The search is longer than %(limit_value)d characters. Shorten it.")},
    )  # fmt: skip
    sort = forms.CharField(required=False)
    literal = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("sort") not in SORTS:
            typed["sort"] = usual_order(typed.get("q", ""))
        return typed


class NoticeForm(forms.ModelForm):
    class Meta:
        model = Notice
        fields = ["title", "body", "published_on", "is_pinned", "is_published"]
        widgets = {
            "body": forms.Textarea(attrs={"rows": 14}),
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "body": _(
                "Plain text. An empty line begins a new paragraph. A line with “- ” in front becomes a list "
                "item, with “# ” a heading. Addresses become links."
            ),
            "published_on": _("A day to come: the notice appears on that day."),
            "is_published": _("Without the tick it stays a draft that only staff see."),
        }


class DownloadForm(forms.ModelForm):
    class Meta:
        model = Download
        fields = ["title", "description", "file", "is_published"]
        widgets = {"file": forms.FileInput(attrs={"accept": ".docx,.xlsx,.pdf,.zip"})}
        help_texts = {
            "title": pgettext_lazy("download", "Also the name under which people save the file."),
            "description": _("One line below the title: what it is for and what to do with it."),
            "file": _("Word (docx), Excel (xlsx), PDF or ZIP, at most 50 MB."),
            "is_published": _("Without the tick it stays a draft that only staff see."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = self.instance.pk is None

    def clean_file(self):
        upload = self.cleaned_data.get("file")
        if upload and "file" in self.changed_data:
            self.instance.kind, self.instance.size = check_download(upload), upload.size
            upload.seek(0)
        return upload


class UnitFindForm(forms.Form):
    q = forms.CharField(label=_("Unit name or field of service"), max_length=100, required=False)
    city = forms.ChoiceField(
        label=pgettext_lazy("filter", "City or prefecture"),
        required=False,
        choices=[("", _("All cities")), *CITIES.items()],
    )
    nature = forms.ChoiceField(
        label=pgettext_lazy("filter", "Kind of unit"),
        required=False,
        choices=[("", _("All kinds")), *UnitNature.choices],
    )


class PlatformFindForm(forms.Form):
    q = forms.CharField(label=_("Name of the platform or its host"), max_length=100, required=False)
    city = forms.ChoiceField(
        label=pgettext_lazy("filter", "City or prefecture"),
        required=False,
        choices=[("", _("All cities")), *CITIES.items()],
    )
    level = forms.ChoiceField(
        label=pgettext_lazy("platform", "Level"),
        required=False,
        choices=[("", _("All levels")), *PlatformLevel.choices],
    )
    type = forms.ChoiceField(label=pgettext_lazy("platform", "Type"), required=False)

    def __init__(self, *args, types: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", _("All types")), *types]  # type: ignore[attr-defined]


class ShowForm(forms.Form):
    is_published = forms.BooleanField(required=False)


class MoveForm(forms.Form):
    step = forms.TypedChoiceField(choices=[("-1", "-1"), ("1", "1")], coerce=int)


class ReportForm(forms.ModelForm):
    """What a reader found wrong. The contact is optional."""

    text = TidyTextField(
        label=_("What the page says, and what is right"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    contact = TidyCharField(
        label=_("Your telephone or e-mail"), max_length=50, required=False,
        help_text=_("Only if you want an answer. Only the unit sees it."),
    )  # fmt: skip

    class Meta:
        model = ErrorReport
        fields = ["subject", "text", "contact"]


class AnswerForm(forms.Form):
    answer = TidyTextField(
        label=_("What was done about it"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

"""单位管理员变更 as the review shows and checks it; people fill it in on a public page (records/handover)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyi.core.text import check_mobile
from keyi.records.models import AdminChange

from .base import RecordForm, Section, form_field
from .fields import Slot, SlotField

MEGABYTE = 1024 * 1024
LETTER = Slot(
    "letter",
    _("Letter with the unit's seal"),
    _("pdf, jpg or png, up to 20 MB."),
    ("pdf", "jpg", "png"),
    20,
    least=1,
    most=1,
    empty_message=_("Upload the scanned letter with the unit's seal."),
)


class AdminChangeForm(RecordForm):
    uscc = forms.CharField(label=_("Unified social credit code"), disabled=True, required=False)
    present = forms.CharField(label=_("Present administrator"), disabled=True, required=False)
    asked_as = forms.CharField(label=_("Asked for by"), disabled=True, required=False)
    letter = SlotField(LETTER)

    sections = (
        Section("unit", _("The unit"), ("uscc", "name", "present", "asked_as")),
        Section("person", _("The new administrator"), ("username", "real_name", "mobile", "email")),
        Section("letter", _("Reason and letter"), ("reason_given", "letter")),
    )
    mandatory = frozenset({"name", "username", "real_name", "mobile", "email", "reason_given", "letter"})

    class Meta:
        model = AdminChange
        formfield_callback = form_field
        fields = ["name", "username", "real_name", "mobile", "email", "reason_given"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["uscc"] = self.instance.unit.uscc

    def clean_mobile(self) -> str:
        return check_mobile(self.cleaned_data["mobile"])

    def look_for_oddities(self, cleaned: dict[str, Any]) -> None:
        registered = self.instance.unit.name
        if cleaned.get("name") and cleaned["name"] != registered:
            self.warnings["name"] = _(
                "The unit is registered as “%(name)s”. Compare it with the letter and the seal."
            ) % {"name": registered}

"""创新平台/检测机构管理 (form F3)."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit, User
from keyi.codes.fields import CodeField, CodesField, DivisionField
from keyi.codes.models import CodeList
from keyi.core.rows import RowsField
from keyi.core.text import check_uscc
from keyi.core.widgets import ChoiceCards
from keyi.records.choices import FROM_PROVINCE, PlatformKind, PlatformLevel
from keyi.records.gate import is_unit_published, unit_record
from keyi.records.models import Platform

from .base import RecordForm, Section, form_field
from .fields import PhoneField, Slot, SlotField, TidyCharField
from .rows import PartnerRow, QualificationRow

SCANS = ("pdf", "jpg", "png")
ENDS_SOON = dt.timedelta(days=60)
NATIONAL_NAME, NATIONAL_INTRO = 50, 200  # characters the national platform takes
KIND_HINTS = {
    PlatformKind.PLATFORM: _("Key laboratory, engineering research centre and the like"),
    PlatformKind.TESTING: _("Needs a CMA certificate with its list of capabilities"),
}


class PlatformForm(RecordForm):
    kind = forms.ChoiceField(
        label=_("Kind of platform"), choices=PlatformKind.choices,
        widget=ChoiceCards(meanings=KIND_HINTS, in_row=True),
    )  # fmt: skip
    platform_type = CodeField(
        CodeList.PLATFORM_TYPE,
        leaves_only=True,
        label=_("Type of platform"),
        help_text=_("Type a name or code to search."),
    )
    co_units = RowsField(PartnerRow, label=_("Partner units"), max_rows=20)
    division = DivisionField(label=_("County"))
    tel = PhoneField(
        label=_("Contact telephone"), max_length=20, help_text=_("An office telephone is enough.")
    )
    subjects = CodesField(CodeList.SUBJECT, label=_("Main subjects"), most=4, help_text=_("One to four."))
    certificates = RowsField(
        QualificationRow, label=_("Other certificates"), max_rows=20,
        help_text=_("CNAS and others, one per row."),
    )  # fmt: skip
    evaluated_in = TidyCharField(
        label=_("Month of the last evaluation"), max_length=7,
        validators=[
            RegexValidator(r"^(19|20)\d\d-(0[1-9]|1[0-2])$", _("Write year and month, for example 2025-06."))
        ],
        help_text=_("Year and month, for example 2025-06."),
    )  # fmt: skip
    approval = SlotField(Slot(
        "approval", _("Approval document"), _("pdf, jpg or png, up to 10 MB each."), SCANS, 10, least=1, most=3,
        empty_message=_("Upload a scan of the document that approved or recognised it."),
    ))  # fmt: skip
    scope = SlotField(Slot(
        "scope", _("List of capabilities"),
        _("The annex of the CMA certificate. Mandatory for a testing institution. pdf, jpg or png, up to 20 MB each."),
        SCANS, 20, most=5,
    ))  # fmt: skip
    photos = SlotField(Slot(
        "photos", _("Pictures"), _("Clear and real pictures of the platform. jpg or png, up to 5 MB each."),
        ("jpg", "png"), 5, least=1, most=5, empty_message=_("Upload at least one picture of the platform."),
    ))  # fmt: skip

    sections = (
        Section("basic", _("Basic information"), (
            "kind", "name", "platform_type", "level", "state", "inner_number",
        )),
        Section("host", _("Host unit and approval"), (
            "host_name", "host_uscc", "co_units", "approved_by", "approval_number", "approved_on", "approval",
        )),
        Section("contact", _("Director, contact and address"), (
            "director", "director_title", "contact", "tel", "email", "is_contact_public", "division", "street",
            "website",
        )),
        Section("profile", _("Introduction and services"), (
            "subjects", "industry_fields", "intro", "short_intro", "services", "open_rules", "area", "photos",
        )),
        Section("certificates", _("Certificates and evaluation"), (
            "is_accredited", "cma_number", "cma_valid_until", "scope", "certificates", "evaluation_count",
            "evaluated_in", "evaluation_result",
        )),
    )  # fmt: skip
    mandatory = frozenset({
        "kind", "name", "platform_type", "level", "state", "host_name", "host_uscc", "approved_by",
        "approved_on", "approval", "director", "contact", "tel", "email", "division", "street", "subjects",
        "intro", "services", "photos", "is_accredited",
    })  # fmt: skip

    class Meta:
        model = Platform
        formfield_callback = form_field
        fields = [
            "kind", "name", "platform_type", "level", "inner_number", "state", "host_name", "host_uscc",
            "co_units", "approved_by", "approval_number", "approved_on", "director", "director_title", "contact",
            "tel", "email", "is_contact_public", "division", "street", "website", "subjects", "industry_fields",
            "intro", "short_intro", "services", "open_rules", "area", "is_accredited", "cma_number", "cma_valid_until",
            "certificates", "evaluation_count", "evaluated_in", "evaluation_result",
        ]  # fmt: skip
        help_texts = {
            "name": _("The full name in the approval document."),
            "level": _("This menu is for platforms of provincial level and above. Others are looked at more closely."),
            "inner_number": _("Leave it empty if there is none."),
            "host_name": _("The legal unit that hosts or founded it; filled in with your own unit."),
            "host_uscc": _("18 characters."),
            "approved_on": _("The day on which it was recognised."),
            "is_contact_public": _("Without this tick the portal shows only the unit's own telephone."),
            "intro": _("Shown on the platform's page of the portal."),
            "short_intro": _(
                "For the national platform, which takes 200 characters. Needed only if the introduction is longer."
            ),
            "services": _("What others can order or use."),
            "cma_number": _("Mandatory for a testing institution."),
            "cma_valid_until": _("Mandatory for a testing institution."),
            "area": _("In square metres."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cma_number", "cma_valid_until", "scope", "short_intro"):
            self.fields[name].is_mandatory = None  # type: ignore[attr-defined]  # conditional; their hints say so

    @classmethod
    def first_values(cls, user: User, unit: OrgUnit) -> dict[str, Any]:
        known = {
            "host_name": unit.name, "host_uscc": unit.uscc, "division": unit.division_id,
            "contact": user.real_name, "email": user.email,
        }  # fmt: skip
        return known | ({"street": record.street, "tel": record.tel} if (record := unit_record(unit)) else {})

    def clean_host_uscc(self) -> str:
        value = self.cleaned_data["host_uscc"]
        return check_uscc(value) if value else value

    def check_typed(self, cleaned: dict[str, Any]) -> None:
        approved, evaluated = cleaned.get("approved_on"), cleaned.get("evaluated_in")
        today = timezone.localdate()
        if approved and approved > today:
            self.add_error("approved_on", _("The date lies in the future. Check it."))
        if evaluated and evaluated > f"{today:%Y-%m}":
            self.add_error("evaluated_in", _("The month lies in the future. Check it."))
        same = Platform.objects.of_unit(self.instance.unit).exclude(pk=self.instance.pk)
        if cleaned.get("name") and same.filter(name=cleaned["name"]).exists():
            self.add_error("name", _("Your unit already has a platform with this name."))

    def check_complete(self, cleaned: dict[str, Any]) -> None:
        self._check_national(cleaned)
        if cleaned.get("kind") == PlatformKind.TESTING:
            self._check_testing(cleaned)
        elif (
            cleaned.get("is_accredited") and not cleaned.get("cma_number") and not cleaned.get("certificates")
        ):
            message = _("Write the certificate: the CMA number, or a row of other certificates.")
            self.add_error("certificates", forms.ValidationError(message, code="required"))
        if cleaned.get("cma_number"):
            self.need("cma_valid_until", cleaned)
        if not is_unit_published(self.instance.unit):
            self.add_error(
                None,
                _(
                    "The unit's information is not published now, so no platform can be submitted. "
                    "Keep this draft and submit it afterwards."
                ),
            )

    def _check_national(self, cleaned: dict[str, Any]) -> None:
        """What the national platform could not take is told here; nothing is ever cut."""
        if len(cleaned.get("name") or "") > NATIONAL_NAME:
            message = _("The national platform takes at most %(most)d characters here. Shorten it.")
            self.add_error("name", forms.ValidationError(message, params={"most": NATIONAL_NAME}))
        if len(cleaned.get("intro") or "") > NATIONAL_INTRO:
            self.need("short_intro", cleaned)

    def _check_testing(self, cleaned: dict[str, Any]) -> None:
        self.need("cma_number", cleaned)
        self.need("cma_valid_until", cleaned)
        until = cleaned.get("cma_valid_until")
        if until and until < timezone.localdate():
            self.add_error(
                "cma_valid_until",
                _("The CMA certificate has ended. Write the renewed one before submitting."),
            )
        if cleaned.get("is_accredited") is False:
            self.add_error("is_accredited", _("A testing institution has a CMA certificate: choose “yes”."))
        if not self.instance.pk or not self.instance.files.current("scope").exists():
            message = _("Upload the list of capabilities that belongs to the CMA certificate.")
            self.add_error("scope", forms.ValidationError(message, code="slot_empty"))

    def look_for_oddities(self, cleaned: dict[str, Any]) -> None:
        level, uscc = cleaned.get("level"), cleaned.get("host_uscc")
        if level and level not in FROM_PROVINCE:
            self.warnings["level"] = _(
                "“%(level)s” is below provincial level. The platform is meant for provincial level and above."
            ) % {"level": PlatformLevel(level).label}
        if uscc and uscc != self.instance.unit.uscc:
            self.warnings["host_uscc"] = _(
                "The code of the host unit is not this unit's. Check that the unit may enter this platform."
            )
        soon = timezone.localdate() + ENDS_SOON
        until = cleaned.get("cma_valid_until")
        if until and until <= soon:
            self.warnings["cma_valid_until"] = _(
                "The CMA certificate ends on %(day)s. Have the renewed one ready."
            ) % {"day": until}
        ends = sorted(
            row["valid_until"] for row in cleaned.get("certificates") or [] if row.get("valid_until")
        )
        if ends and ends[0] <= soon.isoformat():
            self.warnings["certificates"] = _(
                "A certificate ends on %(day)s. Have the renewed one ready."
            ) % {"day": ends[0]}

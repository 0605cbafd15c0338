"""单位信息管理 (form F2) and the questions of the 申请书 (F9)."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyi.accounts.choices import UnitNature
from keyi.accounts.models import OrgUnit, User
from keyi.codes.fields import CodeField, CodesField, DivisionField
from keyi.codes.models import CodeList
from keyi.core.rows import RowsField
from keyi.core.text import check_mobile, check_org_code, check_postcode
from keyi.records.models import Institution

from .base import RecordForm, Section, form_field
from .fields import PhoneField, Slot, SlotField, TidyCharField
from .rows import QualificationRow

SCANS = ("pdf", "jpg", "png")


class InstitutionForm(RecordForm):
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        disabled=True,
        required=False,
        help_text=_("Given at registration. Ask the platform to correct it if it is wrong."),
    )
    division = DivisionField(label=_("County"))
    industry = CodeField(
        CodeList.INDUSTRY, label=_("Industry"), help_text=_("Type a name or code to search.")
    )
    subjects = CodesField(CodeList.SUBJECT, label=_("Main subjects"), most=4, help_text=_("Up to four."))
    qualifications = RowsField(
        QualificationRow,
        label=_("Qualifications"),
        max_rows=20,
        help_text=_("CMA, CNAS and others, one per row."),
    )
    tel = PhoneField(
        label=_("Contact telephone"), max_length=20, help_text=_("Landline with area code, or mobile phone.")
    )
    admin_tel = PhoneField(label=_("Office telephone"), max_length=20)
    fax = PhoneField(label=_("Fax"), max_length=20)
    admin_birth_month = TidyCharField(
        label=_("Month of birth"),
        max_length=7,
        validators=[
            RegexValidator(r"^(19|20)\d\d-(0[1-9]|1[0-2])$", _("Write year and month, for example 1985-03."))
        ],
    )
    license = SlotField(
        Slot(
            "license",
            _("Legal person certificate or business licence"),
            _("pdf, jpg or png, up to 10 MB each."),
            SCANS,
            10,
            least=1,
            most=3,
            empty_message=_("Upload a scan of the legal person certificate or business licence."),
        )
    )
    policies = SlotField(
        Slot(
            "policies",
            _("Rules for sharing and fees"),
            _(
                "The unit's rules for opening and sharing its instruments and for fees. "
                "pdf or docx, up to 20 MB each, ten at most."
            ),
            ("pdf", "docx"),
            20,
            least=1,
            most=10,
            is_titled=True,
            empty_message=_("Upload at least one of the unit's rules for sharing."),
        )
    )
    application = SlotField(Slot(
        "application", _("Application form (stamped scan)"),
        _(
            "Download the pre-filled application form, print it, put the unit's seal on it, "
            "scan it and upload it here. "
            "pdf, jpg or png, up to 20 MB each."
        ),
        SCANS, 20, least=1, most=10, empty_message=_("Upload the stamped and scanned application form."),
    ))  # fmt: skip

    sections = (
        Section("unit", _("Basic information"), (
            "name", "uscc", "name_en", "org_code", "nature", "affiliation", "competent_dept", "legal_person",
            "industry", "is_hightech", "hightech_number",
        )),
        Section("place", _("Address"), ("division", "street", "postcode", "longitude", "latitude")),
        Section("contact", _("Instrument management and contact"), (
            "instrument_dept", "contact", "tel", "email", "fax", "is_contact_public", "website",
            "service_url", "service_year",
        )),
        Section("profile", _("Introduction and qualifications"), (
            "intro", "service_scope", "subjects", "qualifications",
        )),
        Section("admin", _("Administrator of the sharing platform"), (
            "admin_name", "admin_post", "admin_mobile", "admin_tel", "admin_email", "admin_gender",
            "admin_birth_month",
            "admin_education", "admin_title", "admin_qq", "admin_wechat",
        )),
        Section("files", _("Certificates and rules"), ("license", "policies")),
        Section("application", _("Application form"), ("join_reason", "application")),
    )  # fmt: skip
    mandatory = frozenset({
        "name", "nature", "affiliation", "legal_person", "division", "street", "postcode",
        "instrument_dept", "contact", "tel", "email",
        "intro", "admin_name", "admin_post", "admin_mobile", "admin_tel", "admin_email", "license",
        "policies", "application", "join_reason",
    })  # fmt: skip

    class Meta:
        model = Institution
        formfield_callback = form_field
        fields = [
            "name", "name_en", "org_code", "nature", "affiliation", "competent_dept", "legal_person",
            "industry", "is_hightech", "hightech_number",
            "division", "street", "postcode", "longitude", "latitude", "instrument_dept", "contact", "tel",
            "email", "fax",
            "is_contact_public", "website", "service_url", "service_year", "intro", "service_scope",
            "subjects", "qualifications",
            "admin_name", "admin_gender", "admin_birth_month", "admin_education", "admin_post",
            "admin_title", "admin_mobile", "admin_tel",
            "admin_email", "admin_qq", "admin_wechat", "join_reason",
        ]  # fmt: skip
        help_texts = {
            "name": _("The full name on the legal person certificate, no short form."),
            "org_code": _("Only for units that still use an old organisation code, for example 12345678-9."),
            "legal_person": _("As on the legal person certificate. Not shown on the portal."),
            "street": _("Street and house number."),
            "postcode": _("Six digits."),
            "is_contact_public": _("Without this tick the portal shows only the unit's own telephone."),
            "intro": _("Shown on the unit's page of the portal."),
            "join_reason": _(
                "Why the unit wants to join and what it will do then. It is printed on the application form."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["uscc"] = self.instance.unit.uscc

    @classmethod
    def first_values(cls, user: User, unit: OrgUnit) -> dict[str, Any]:
        """What registration already told."""
        return {
            "name": unit.name, "nature": unit.nature, "division": unit.division_id,
            "admin_name": user.real_name, "admin_mobile": user.mobile, "admin_email": user.email,
        }  # fmt: skip

    def clean_org_code(self) -> str:
        value = self.cleaned_data["org_code"]
        return check_org_code(value) if value else value

    def clean_postcode(self) -> str:
        value = self.cleaned_data["postcode"]
        return check_postcode(value) if value else value

    def clean_admin_mobile(self) -> str:
        value = self.cleaned_data["admin_mobile"]
        return check_mobile(value) if value else value

    def clean_service_year(self) -> int | None:
        year = self.cleaned_data["service_year"]
        if year and not 1990 <= year <= timezone.localdate().year:
            raise forms.ValidationError(_("Write a year from 1990 to this year."))
        return year

    def check_complete(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("nature") == UnitNature.ENTERPRISE:
            self.need("industry", cleaned)
            self.need("is_hightech", cleaned)
        if cleaned.get("is_hightech"):
            self.need("hightech_number", cleaned)

    def look_for_oddities(self, cleaned: dict[str, Any]) -> None:
        postcode = cleaned.get("postcode") or ""
        if postcode and postcode[:2] not in ("41", "42"):
            self.warnings["postcode"] = _("Postcodes in Hunan begin with 41 or 42. Check it once more.")

"""仪器管理 (form F5)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.codes import memory
from keyi.codes.fields import CodeField, CodesField, DivisionField
from keyi.codes.models import CodeList
from keyi.core.rows import RowsField
from keyi.core.text import check_postcode, normalise
from keyi.core.widgets import ChoiceCards
from keyi.records.choices import InstrumentKind, ShareMode
from keyi.records.fees import MOST as MOST_FEE_TEXT
from keyi.records.fees import fee_text
from keyi.records.gate import is_unit_published
from keyi.records.models import Instrument
from keyi.records.models.facility import FIELDS as FACILITY_FIELDS

from . import facility
from .base import Section, form_field
from .fields import PhoneField, Slot, SlotField
from .instrument_texts import HELP, KIND_HINTS, SHARE_HINTS
from .platforms_field import PlatformsField
from .rows import CertificateRow, CustomsRow, FeeRow, FundRow, OpenHoursRow

ROUNDING = Decimal("0.01")
DATES = ("purchased_on", "booked_on", "started_on", "accepted_on")


class LabChoiceField(forms.ModelChoiceField):
    """By key as the page sends it; or by name, with or without its department, as tables and programs write it."""

    owner: int | None = None  # whose laboratories these are

    def label_from_instance(self, lab: OrgUnit) -> str:
        return (
            f"{lab.parent.name} / {lab.name}" if lab.parent and lab.level == OrgUnit.Level.LAB else lab.name
        )

    def to_python(self, value: Any) -> OrgUnit | None:
        typed = normalise(str(value)) if value not in self.empty_values else ""
        if not typed:
            return None
        if typed.isascii() and typed.isdigit():
            return super().to_python(value)
        key = ("lab", self.owner, typed)
        found = memory.recall(key) or self._named(typed)
        memory.remember(key, found)
        return found

    def _named(self, typed: str) -> OrgUnit:
        department, _slash, name = (part.strip() for part in typed.rpartition("/"))
        labs: Any = self.queryset
        found = list(labs.filter(name=name, **({"parent__name": department} if department else {}))[:2])
        found = found or list(labs.filter(Q(name=typed) | Q(short_name=typed))[:2])
        if not found:
            message = _(
                "There is no laboratory “%(name)s” among yours. Add it first, or write its full name."
            )
            raise forms.ValidationError(message, code="invalid_choice", params={"name": typed[:60]})
        if len(found) > 1:
            message = _("Several laboratories are called “%(name)s”. Write “department / laboratory”.")
            raise forms.ValidationError(message, code="invalid_choice", params={"name": typed[:60]})
        return found[0]


class InstrumentForm(facility.FacilityFields):
    kind = forms.ChoiceField(
        label=_("Instrument kind"), choices=InstrumentKind.choices, widget=ChoiceCards(meanings=KIND_HINTS),
        help_text=HELP["kind"],
    )  # fmt: skip
    lab = LabChoiceField(OrgUnit.objects.none(), label=_("Laboratory or department"), help_text=HELP["lab"])
    platforms = PlatformsField()
    has_no_platform = forms.BooleanField(label=_("Belongs to no innovation platform"))
    category = CodeField(
        CodeList.INSTRUMENT_CLASS, leaves_only=True, label=_("Instrument class"), help_text=HELP["category"]
    )
    asset = CodeField(CodeList.ASSET, label=_("Fixed-asset class"))
    country = CodeField(CodeList.COUNTRY, label=_("Country of origin"))
    subjects = CodesField(CodeList.SUBJECT, label=_("Main subjects"), most=4, help_text=_("One to four."))
    funds = RowsField(FundRow, label=_("Sources of the funds"), max_rows=4, help_text=HELP["funds"])
    fees = RowsField(FeeRow, label=_("Fees"), max_rows=30, help_text=HELP["fees"])
    open_hours = RowsField(OpenHoursRow, label=_("Opening hours"), max_rows=7, help_text=HELP["open_hours"])
    customs = RowsField(CustomsRow, label=_("Customs declarations"), max_rows=20)
    certificates = RowsField(CertificateRow, label=_("Verification and calibration"), max_rows=20)
    share_mode = forms.ChoiceField(
        label=_("Sharing"), choices=ShareMode.choices, widget=ChoiceCards(meanings=SHARE_HINTS, in_row=True)
    )
    division = DivisionField(label=_("County"))
    tel = PhoneField(
        label=_("Contact telephone"), max_length=20, help_text=_("An office telephone is enough.")
    )
    photos = SlotField(
        Slot(
            "photos",
            _("Photos of the instrument"),
            HELP["photos"],
            ("jpg", "png"),
            5,
            least=1,
            most=5,
            is_photo=True,
            empty_message=_("Upload at least one photo of the instrument itself."),
        )
    )
    manuals = SlotField(
        Slot(
            "manuals",
            _("Operating instructions and manuals"),
            _("pdf, up to 20 MB each, five at most."),
            ("pdf",),
            20,
            most=5,
        )
    )

    sections = (
        Section("basic", _("Basic information"), (
            "kind", "name", "name_en", "inventory_number", "model_name", "serial_number",
        )),
        Section("place-in-unit", _("Laboratory and class"), (
            "platforms", "has_no_platform", "lab", "category", "usage_type", "subjects",
        )),
        Section("origin", _("Maker and purchase"), (
            "manufacturer", "country", "source", "value_wan", "funds", "purchased_on", "booked_on",
            "started_on", "accepted_on", "asset",
        )),
        Section("technical", _("Functions and specifications"), (
            "function", "technical", "accessories", "is_modified", "modification", "run_status",
        )),
        Section("sharing", _("Sharing and fees"), (
            "share_mode", "not_shared_reason", "service_content", "fees", "is_fee_negotiable",
            "open_hours", "user_notice", "sample_requirements",
            "typical_result", "booking_url",
        )),
        Section("location", _("Location and contact"), (
            "division", "street", "building", "floor", "room", "longitude", "latitude", "keeper",
            "contact", "tel", "email",
            "is_contact_public", "mail_address", "postcode",
        )),
        Section("customs", _("Customs and verification"), ("is_customs_supervised", "customs", "certificates")),
        Section("photos", _("Photos and manuals"), ("photos", "manuals")),
        facility.SECTION,
    )  # fmt: skip
    conditions = {facility.SECTION.slug: ("kind", InstrumentKind.FACILITY.value)}
    mandatory = frozenset({
        "kind", "name", "inventory_number", "model_name", "lab", "category",
        "usage_type", "subjects", "manufacturer",
        "country", "source", "value_wan", "funds", "booked_on", "started_on", "function", "technical",
        "is_modified", "run_status",
        "share_mode", "service_content", "user_notice", "division", "street", "building", "floor",
        "keeper", "contact", "tel", "email",
        "mail_address", "postcode", "is_customs_supervised", "photos",
    })  # fmt: skip

    class Meta:
        model = Instrument
        formfield_callback = form_field
        fields = [
            "kind", "name", "name_en", "inventory_number", "platforms", "has_no_platform", "category", "asset",
            "model_name", "manufacturer", "country",
            "serial_number", "source", "usage_type", "value_wan", "funds", "purchased_on", "booked_on",
            "started_on", "accepted_on",
            "is_modified", "modification", "technical", "function", "accessories", "sample_requirements",
            "subjects", "service_content",
            "typical_result", "share_mode", "not_shared_reason", "open_hours", "user_notice", "fees",
            "is_fee_negotiable", "booking_url",
            "division", "street", "building", "floor", "room", "longitude", "latitude", "run_status",
            "keeper", "contact", "tel", "email",
            "is_contact_public", "mail_address", "postcode", "is_customs_supervised", "customs",
            "certificates", *FACILITY_FIELDS,
        ]  # fmt: skip
        help_texts = HELP | facility.HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lab: Any = self.fields["lab"]
        lab.owner = self.user.pk
        lab.queryset = self._labs()
        if self.instance.unit_id and self.instance.unit.is_lab:
            self.initial["lab"] = self.instance.unit_id
        self.fields["platforms"].offer(self.instance)  # type: ignore[attr-defined]

    def _labs(self) -> Any:
        key = ("labs", self.user.pk)
        found = memory.recall(key)
        if found is None:
            levels = [OrgUnit.Level.DEPARTMENT, OrgUnit.Level.LAB]
            mine = OrgUnit.objects.for_user(self.user, Capability.EDIT).filter(
                level__in=levels, is_active=True
            )
            found = mine.select_related("parent").order_by("path")
            memory.remember(key, found)
        return found

    def clean_technical(self) -> str:
        text = self.cleaned_data["technical"]
        if self.complete and text and not any(char.isdigit() for char in text):
            raise forms.ValidationError(
                _(
                    "There is no figure in it. Write wavelength range, resolution, detection limit "
                    "or the like with figures and units."
                )
            )
        return text

    def clean_postcode(self) -> str:
        value = self.cleaned_data["postcode"]
        return check_postcode(value) if value else value

    def check_typed(self, cleaned: dict[str, Any]) -> None:
        today = timezone.localdate()
        is_facility = cleaned.get("kind") == InstrumentKind.FACILITY
        for name in (*DATES, *(["facility_accepted_on"] if is_facility else [])):
            if cleaned.get(name) and cleaned[name] > today:
                self.add_error(name, _("The date lies in the future. Check it."))
        purchased, booked = cleaned.get("purchased_on"), cleaned.get("booked_on")
        if purchased and booked and booked < purchased:
            self.add_error(
                "booked_on", _("It was entered in the accounts before it was bought. Check both dates.")
            )
        if lab := cleaned.get("lab"):
            self.instance.unit = lab
        self._check_number(cleaned.get("inventory_number"))
        if cleaned.get("platforms") and cleaned.get("has_no_platform"):
            self.add_error(
                "platforms", _("Tick either the platforms or “belongs to no innovation platform”, not both.")
            )

    def _check_number(self, number: str | None) -> None:
        """所在单位仪器编号 is unique in the unit; the constraint behind it knows the institution, this form the lab."""
        other = self._with_number(number) if number else None
        if other is not None and other.pk != self.instance.pk:
            message = _("“%(other)s” already has this number. Every instrument of a unit needs its own.")
            self.add_error("inventory_number", forms.ValidationError(message, params={"other": str(other)}))

    def _with_number(self, number: str) -> Instrument | None:
        path = self.instance.unit.institution_path
        known = memory.recall(("numbers", path))  # of a whole batch, see sheets
        if known is not None:
            return known.get(number)
        same = Instrument.objects.filter(institution__path=path, inventory_number=number)
        return same.exclude(pk=self.instance.pk).only("name", "model_name").order_by().first()

    def check_complete(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("is_modified"):
            self.need("modification", cleaned)
        if cleaned.get("is_customs_supervised"):
            self.need("customs", cleaned)
        if cleaned.get("share_mode") == ShareMode.NONE:
            self.need("not_shared_reason", cleaned)
        if cleaned.get("share_mode") == ShareMode.EXTERNAL:
            self.need("open_hours", cleaned)
        if cleaned.get("kind") == InstrumentKind.FACILITY:
            self.check_facility(cleaned)
        self._check_platforms(cleaned)
        self._check_fees(cleaned)
        self._check_funds(cleaned)
        if not is_unit_published(self.instance.unit):
            self.add_error(
                None,
                _("The unit's information is not published yet. Keep this draft and submit it afterwards."),
            )

    def _check_platforms(self, cleaned: dict[str, Any]) -> None:
        """One or more, or 无所属创新平台. The message stands where there is something to tick."""
        field: Any = self.fields["platforms"]
        if "platforms" in self.errors or cleaned.get("platforms") or cleaned.get("has_no_platform"):
            return
        name = "platforms" if field.queryset.exists() else "has_no_platform"
        message = _("Tick the platforms it belongs to, or “belongs to no innovation platform”.")
        self.add_error(name, forms.ValidationError(message, code="required"))

    def _check_fees(self, cleaned: dict[str, Any]) -> None:
        """Fee rows or 面议; a shared instrument's rows need the price of those it is shared with."""
        mode, fees = cleaned.get("share_mode"), cleaned.get("fees") or []
        text = fee_text(fees, is_negotiable=bool(cleaned.get("is_fee_negotiable")))
        if len(text) > MOST_FEE_TEXT:
            message = _(
                "All fees together have %(number)d characters; the national platform takes %(most)d. "
                "Shorten the items or take similar ones together."
            )
            params = {"number": len(text), "most": MOST_FEE_TEXT}
            self.add_error("fees", forms.ValidationError(message, params=params))
        if (
            mode in (ShareMode.EXTERNAL, ShareMode.INTERNAL)
            and not fees
            and not cleaned.get("is_fee_negotiable")
            and "fees" not in self.errors
        ):
            self.add_error(
                "fees",
                forms.ValidationError(
                    _("Write the fees row by row, or tick “fees by agreement”."), code="required"
                ),
            )
        prices: dict[str, str] = {ShareMode.EXTERNAL: "external", ShareMode.INTERNAL: "internal"}
        due = prices.get(mode or "")
        for number, row in enumerate(fees, start=1):
            if due and row.get(due) in (None, "") and not row.get("negotiable"):
                message = (
                    _("Row %(row)d has no external price. Write it, or tick “by agreement”.")
                    if due == "external"
                    else _("Row %(row)d has no internal price. Write it, or tick “by agreement”.")
                )
                self.add_error("fees", forms.ValidationError(message, params={"row": number}))

    def _check_funds(self, cleaned: dict[str, Any]) -> None:
        amounts = [Decimal(row["amount_wan"]) for row in cleaned.get("funds") or [] if row.get("amount_wan")]
        value = cleaned.get("value_wan")
        if (
            value
            and amounts
            and len(amounts) == len(cleaned["funds"])
            and abs(sum(amounts) - value) > ROUNDING
        ):
            message = _("The amounts add up to %(sum)s, the original value is %(value)s. Make them agree.")
            self.add_error(
                "funds", forms.ValidationError(message, params={"sum": sum(amounts), "value": value})
            )

    def look_for_oddities(self, cleaned: dict[str, Any]) -> None:
        gone = [platform.name for platform in cleaned.get("platforms") or [] if not platform.is_public]
        if gone:
            self.warnings["platforms"] = _(
                "“%(names)s” is offline. Check that the instrument still belongs to it."
            ) % {"names": "、".join(gone)}
        value = cleaned.get("value_wan")
        if value is not None and not 20 <= value <= 5000:
            self.warnings["value_wan"] = _(
                "Instruments here mostly cost 20 to 5,000 (10,000 CNY). Check the unit: it is 10,000 CNY."
            )
        if self.complete and cleaned.get("name") and self._has_twin(cleaned):
            self.warnings["name"] = _(
                "There is another instrument with the same name, model and date. "
                "Make sure that this is not the same one."
            )

    def _has_twin(self, cleaned: dict[str, Any]) -> bool:
        same = Instrument.objects.filter(
            institution__path=self.instance.unit.institution_path,
            name=cleaned.get("name"),
            model_name=cleaned.get("model_name"),
            booked_on=cleaned.get("booked_on"),
        )
        return same.exclude(pk=self.instance.pk).exists()

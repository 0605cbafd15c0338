from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.codes.models import CodeItem
from keyi.core.history import keep_history
from keyi.records.choices import InstrumentKind, NotSharedReason, RunStatus, ShareMode, Source, UsageType
from keyi.records.content import own_fields, read_fields, read_files
from keyi.review.models import Record

from . import public
from .constraints import MAY_HAVE_GAPS, filled_when_reviewed
from .facility import SLOTS, FacilityColumns, empty_values, facility_filled
from .institution import Institution, code_item, latitude_column, longitude_column
from .platform import Platform


@keep_history()
class Instrument(FacilityColumns, Record):
    """仪器 or 设施 (form F5): one set of equipment that can be shared."""

    record_kind = "instruments"

    institution = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", editable=False)
    code = models.CharField(
        _("Platform number"), max_length=16, blank=True, editable=False
    )  # from publication on
    kind = models.CharField(_("Instrument kind"), max_length=12, choices=InstrumentKind, blank=True)
    name = models.CharField(_("Instrument name"), max_length=100, blank=True)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    inventory_number = models.CharField(_("The unit's own number"), max_length=50, blank=True)
    has_no_platform = models.BooleanField(_("Belongs to no innovation platform"), default=False)
    platforms = models.ManyToManyField(
        Platform, blank=True, related_name="instruments", verbose_name=_("Innovation platforms it belongs to")
    )  # or has_no_platform, never both: the trigger instrument_platform_or_none
    category = code_item(_("Instrument class"))
    asset = code_item(_("Fixed-asset class"))
    model_name = models.CharField(pgettext_lazy("instrument", "Model"), max_length=100, blank=True)
    manufacturer = models.CharField(_("Manufacturer"), max_length=100, blank=True)
    country = code_item(_("Country of origin"))
    serial_number = models.CharField(_("Serial number"), max_length=50, blank=True)
    source = models.CharField(_("Source of the instrument"), max_length=12, choices=Source, blank=True)
    usage_type = models.CharField(_("Purpose"), max_length=12, choices=UsageType, blank=True)
    value_wan = models.DecimalField(
        _("Original value (10,000 CNY)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    funds = models.JSONField(_("Sources of the funds"), default=list, blank=True)
    purchased_on = models.DateField(_("Date of purchase"), null=True, blank=True)
    booked_on = models.DateField(_("Date entered in the accounts"), null=True, blank=True)
    started_on = models.DateField(_("Date of first use"), null=True, blank=True)
    accepted_on = models.DateField(_("Date of acceptance"), null=True, blank=True)
    is_modified = models.BooleanField(_("Modified after purchase"), null=True, blank=True)
    modification = models.TextField(_("What was modified"), max_length=300, blank=True)
    technical = models.TextField(_("Main technical specifications"), max_length=500, blank=True)
    function = models.TextField(_("Main functions"), max_length=300, blank=True)
    accessories = models.TextField(_("Main accessories"), max_length=300, blank=True)
    subjects = models.ManyToManyField(CodeItem, blank=True, related_name="+", verbose_name=_("Main subjects"))
    service_content = models.TextField(_("Services (tests and analyses)"), max_length=200, blank=True)
    typical_result = models.TextField(_("Typical results of services"), max_length=500, blank=True)
    sample_requirements = models.TextField(_("Requirements on samples"), max_length=500, blank=True)
    share_mode = models.CharField(_("Sharing"), max_length=12, choices=ShareMode, blank=True)
    not_shared_reason = models.CharField(
        _("Reason for not sharing"), max_length=12, choices=NotSharedReason, blank=True
    )
    open_hours = models.JSONField(_("Opening hours"), default=list, blank=True)
    user_notice = models.TextField(_("Notice to users"), max_length=500, blank=True)
    fees = models.JSONField(_("Fees"), default=list, blank=True)
    is_fee_negotiable = models.BooleanField(_("Fees by agreement"), default=False)
    booking_url = models.URLField(_("Address for booking"), max_length=150, blank=True)
    division = code_item(_("County"))
    street = models.CharField(_("Street address"), max_length=100, blank=True)
    building = models.CharField(_("Building"), max_length=50, blank=True)
    floor = models.CharField(_("Floor"), max_length=20, blank=True)
    room = models.CharField(_("Room"), max_length=20, blank=True)
    longitude = longitude_column()
    latitude = latitude_column()
    run_status = models.CharField(_("Running state"), max_length=12, choices=RunStatus, blank=True)
    keeper = models.CharField(_("Person in charge of the instrument"), max_length=20, blank=True)
    contact = models.CharField(_("Contact person"), max_length=20, blank=True)
    tel = models.CharField(_("Contact telephone"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), max_length=50, blank=True)
    is_contact_public = models.BooleanField(
        _("Publish the contact person's name and office telephone"), default=False
    )
    mail_address = models.CharField(_("Postal address"), max_length=100, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=6, blank=True)
    is_customs_supervised = models.BooleanField(_("Under customs supervision"), null=True, blank=True)
    customs = models.JSONField(_("Customs declarations"), default=list, blank=True)
    certificates = models.JSONField(_("Verification and calibration"), default=list, blank=True)

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("record", "Instrument")
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["institution", "status", "-updated_at"], name="instrument_institution"),
            models.Index(
                fields=["institution", "unit", "booked_on"],
                include=["id"],
                condition=Q(is_public=True),
                name="instrument_due",
            ),  # what has to be kept up in a year is counted from this index alone
        ]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["institution", "inventory_number"],
                condition=~Q(inventory_number=""),
                name="inventory_number_once_in_unit",
                violation_error_message=_("Another instrument of your unit already has this number."),
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="instrument_code_once"),
            models.CheckConstraint(
                condition=Q(value_wan__gt=0) | Q(value_wan__isnull=True), name="instrument_value_positive"
            ),
            models.CheckConstraint(
                condition=Q(status__in=MAY_HAVE_GAPS) | Q(is_modified=False) | ~Q(modification=""),
                name="instrument_modification_told",
            ),
            models.CheckConstraint(
                condition=Q(status__in=MAY_HAVE_GAPS) | ~Q(share_mode="none") | ~Q(not_shared_reason=""),
                name="instrument_not_shared_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | ~Q(code=""), name="instrument_published_has_code"
            ),
            facility_filled(),
            filled_when_reviewed(
                "instrument_filled_when_reviewed",
                texts=(
                    "kind", "name", "inventory_number", "model_name", "manufacturer", "source",
                    "usage_type", "technical",
                    "function", "service_content", "share_mode", "user_notice", "street", "building", "floor",
                    "run_status", "keeper", "contact", "tel", "email", "mail_address", "postcode",
                ),
                others=(
                    "category", "country", "value_wan", "booked_on", "started_on", "is_modified", "division",
                    "is_customs_supervised",
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        title = f"{self.name} {self.model_name}".strip()
        return title or str(_("Unnamed instrument"))

    def prepare_submission(self) -> None:
        """Let go of what a 设施 was asked, if this is none (any more)."""
        if self.kind == InstrumentKind.FACILITY:
            return
        for name, value in empty_values().items():
            setattr(self, name, value)
        self.save(update_fields=list(empty_values()))
        for file in self.files.current().filter(slot__in=SLOTS):
            file.remove()

    def prepare_publication(self) -> None:
        """平台统一编号: province, unit, serial number. Given at the first publication, never given twice."""
        if self.code:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('instrument_code')")
            self.code = f"43{self.institution_id:06d}{cursor.fetchone()[0]:07d}"[:16]
        Instrument.objects.filter(pk=self.pk).update(code=self.code)

    def save(self, **kwargs: Any) -> None:
        """Keep ``institution`` in step with the laboratory."""
        path = self.unit.institution_path
        if self.institution_id is None or not path.endswith(f"{self.institution_id:06d}/"):
            self.institution = OrgUnit.objects.get(path=path)
        super().save(**kwargs)

    def public_copy(self) -> dict[str, Any]:
        unit_tel = Institution.objects.filter(unit=self.institution_id).values_list("tel", flat=True).first()
        models.prefetch_related_objects([self], "subjects")
        return public.instrument_copy(self, unit_tel or "")

    def snapshot(self) -> dict[str, Any]:
        lab = {"key": str(self.unit_id), "label": str(self.unit)}
        return {"fields": {**read_fields(self, own_fields(self)), "lab": lab}, "files": read_files(self)}

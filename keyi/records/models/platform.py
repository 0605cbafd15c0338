from decimal import Decimal
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.codes.models import CodeItem
from keyi.core.history import keep_history
from keyi.records.choices import EvaluationResult, PlatformKind, PlatformLevel, PlatformState
from keyi.records.content import own_fields, read_fields, read_files
from keyi.review.models import Record, RecordQuerySet
from keyi.review.status import Status

from . import public
from .constraints import MAY_HAVE_GAPS, filled_when_reviewed
from .institution import Institution, code_item


class PlatformQuerySet(RecordQuerySet):
    def for_user(self, user: User, capability: str) -> Self:  # type: ignore[override]
        """As everywhere; and a laboratory's account reads what its unit has published."""
        own = super().for_user(user, capability)
        if capability != Capability.VIEW or not user.is_authenticated:
            return own
        units = {OrgUnit(path=path).institution_path for path in user.scope(capability)} - {""}
        return self.filter(
            Q(pk__in=own.values("pk")) | Q(status=Status.PUBLISHED, unit__path__in=sorted(units))
        )

    def of_unit(self, unit: OrgUnit) -> Self:
        """Those of the 法人单位 above (or at) this node."""
        return self.filter(unit__path=unit.institution_path)


@keep_history()
class Platform(Record):
    """创新平台 or 检测机构 (form F3) of a 法人单位."""

    record_kind = "platforms"

    kind = models.CharField(_("Kind of platform"), max_length=12, choices=PlatformKind, blank=True)
    name = models.CharField(_("Name of the platform"), max_length=100, blank=True)
    platform_type = code_item(_("Type of platform"))
    level = models.CharField(_("Level"), max_length=12, choices=PlatformLevel, blank=True)
    inner_number = models.CharField(_("Internal number"), max_length=50, blank=True)
    state = models.CharField(
        pgettext_lazy("platform", "Running state"), max_length=12, choices=PlatformState, blank=True
    )
    host_name = models.CharField(_("Name of the host unit"), max_length=100, blank=True)
    host_uscc = models.CharField(_("Credit code of the host unit"), max_length=18, blank=True)
    co_units = models.JSONField(_("Partner units"), default=list, blank=True)
    approved_by = models.CharField(_("Department that approved it"), max_length=100, blank=True)
    approval_number = models.CharField(_("Document number"), max_length=50, blank=True)
    approved_on = models.DateField(_("Date of recognition"), null=True, blank=True)
    director = models.CharField(_("Director"), max_length=20, blank=True)
    director_title = models.CharField(_("Director's title or post"), max_length=50, blank=True)
    contact = models.CharField(_("Contact person"), max_length=20, blank=True)
    tel = models.CharField(_("Contact telephone"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), max_length=50, blank=True)
    is_contact_public = models.BooleanField(
        _("Publish the contact person's name and office telephone"), default=False
    )
    division = code_item(_("County"))
    street = models.CharField(_("Street address"), max_length=100, blank=True)
    website = models.URLField(pgettext_lazy("platform", "Website"), max_length=100, blank=True)
    subjects = models.ManyToManyField(CodeItem, blank=True, related_name="+", verbose_name=_("Main subjects"))
    industry_fields = models.CharField(_("Fields of industry"), max_length=100, blank=True)
    intro = models.TextField(_("Introduction of the platform"), max_length=1000, blank=True)
    short_intro = models.TextField(_("Introduction in short"), max_length=200, blank=True)
    services = models.TextField(_("Services to others"), max_length=500, blank=True)
    open_rules = models.TextField(_("Rules for opening and sharing"), max_length=500, blank=True)
    area = models.DecimalField(
        _("Floor area (m²)"), max_digits=10, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    is_accredited = models.BooleanField(_("Certified or accredited"), null=True, blank=True)
    cma_number = models.CharField(_("CMA certificate number"), max_length=50, blank=True)
    cma_valid_until = models.DateField(_("CMA certificate valid until"), null=True, blank=True)
    certificates = models.JSONField(_("Other certificates"), default=list, blank=True)
    evaluation_count = models.PositiveSmallIntegerField(_("Number of evaluations"), null=True, blank=True)
    evaluated_in = models.CharField(_("Month of the last evaluation"), max_length=7, blank=True)  # "2025-06"
    evaluation_result = models.CharField(
        _("Result of the last evaluation"), max_length=12, choices=EvaluationResult, blank=True
    )

    objects = PlatformQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("record", "Innovation platform or testing institution")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit", "name"], condition=~Q(name=""), name="platform_name_once_in_unit",
                violation_error_message=_("Your unit already has a platform with this name."),
            ),
            models.CheckConstraint(condition=Q(area__gte=0) | Q(area__isnull=True), name="platform_area_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=["", *PlatformKind.values]) & Q(level__in=["", *PlatformLevel.values]),
                name="platform_kind_and_level_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=MAY_HAVE_GAPS) | ~Q(kind="testing")
                | ~Q(cma_number="") & Q(cma_valid_until__isnull=False),
                name="platform_testing_has_cma",
            ),
            filled_when_reviewed(
                "platform_filled_when_reviewed",
                texts=(
                    "kind", "name", "level", "state", "host_name", "host_uscc", "approved_by", "director",
                    "contact", "tel", "email", "street", "intro", "services",
                ),
                others=("platform_type", "approved_on", "division", "is_accredited"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or str(_("Unnamed platform"))

    @property
    def slug(self) -> str:
        """The last part of its public address."""
        return str(self.pk)

    @property
    def figures(self) -> dict[str, Any]:
        """How many published instruments it has and what they cost: counted, never typed."""
        return self.instruments.filter(is_public=True).aggregate(
            number=models.Count("pk"), value_wan=models.Sum("value_wan")
        )

    def public_copy(self) -> dict[str, Any]:
        unit_tel = Institution.objects.filter(unit=self.unit_id).values_list("tel", flat=True).first()
        return public.platform_copy(self, unit_tel or "")

    def snapshot(self) -> dict[str, Any]:
        return {"fields": read_fields(self, own_fields(self)), "files": read_files(self)}

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Mod
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit
from keyi.accounts.scope import ScopedQuerySet
from keyi.core.history import keep_history
from keyi.records.choices import RunStatus
from keyi.records.models import Instrument
from keyi.reporting.choices import HourSource

from .period import year_column, year_is_known

LEAP_YEAR_HOURS, YEAR_HOURS = 8784, 8760
NOT_NEGATIVE = MinValueValidator(Decimal(0), _("Fill in 0 or more."))


def hours(label: Any, **kwargs: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=7, decimal_places=1, validators=[NOT_NEGATIVE], **kwargs)


def optional_hours(label: Any) -> models.DecimalField:
    return hours(label, null=True, blank=True)


def money(label: Any, digits: int = 14, **kwargs: Any) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=digits, decimal_places=2, validators=[NOT_NEGATIVE], **kwargs
    )


def optional_cost(label: Any) -> models.DecimalField:
    return money(label, 12, null=True, blank=True)


def number(label: Any) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label)


def optional_number(label: Any) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True)


def hours_of(year: int) -> int:
    """The hours of a year: 8784 in a leap year."""
    return LEAP_YEAR_HOURS if year % 4 == 0 else YEAR_HOURS


def _in_the_year(*columns: str) -> Q:
    """The sum of the columns is no more than the year has hours."""
    total: Any = F(columns[0])
    for column in columns[1:]:
        total = total + F(column)
    limit = Case(
        When(Exact(Mod(F("year"), Value(4)), Value(0)), then=Value(LEAP_YEAR_HOURS)),
        default=Value(YEAR_HOURS),
    )
    return Q(LessThanOrEqual(total, limit))


def rule(name: str, condition: Q, message: Any) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=condition, name=f"operation_{name}", violation_error_message=message
    )


NEVER_NEGATIVE = (
    "run_hours", "teach_hours", "research_hours", "social_hours", "open_hours", "service_hours", "ext_hours",
    "ent_hours", "down_hours", "income_in", "income_ext", "repair_cost", "upkeep_cost", "consumable_cost",
)  # fmt: skip


def not_negative() -> Q:
    condition = Q()
    for column in NEVER_NEGATIVE:
        condition &= Q(**{f"{column}__gte": 0}) | Q(**{f"{column}__isnull": True})
    return condition


@keep_history()
class AnnualOperation(models.Model):
    """运行维护 (F7): one instrument's year. 保存 is the submission; there is no review."""

    unit_lookup = "instrument__unit"

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="operations", db_index=False)
    institution = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", editable=False)
    year = year_column()
    # 机时
    run_hours = hours(_("Running hours of the year"))
    teach_hours = hours(_("of these for teaching"))
    research_hours = hours(_("of these for research"))
    social_hours = hours(_("of these for service to society"))
    open_hours = optional_hours(_("of these in shared use"))
    service_hours = hours(_("Hours of service (inside and outside)"))
    ext_hours = hours(_("Hours of service to others"))
    ent_hours = optional_hours(_("of these to enterprises"))
    hour_source = models.CharField(_("How the hours are recorded"), max_length=8, choices=HourSource)
    zero_reason = models.CharField(_("Why it did not run"), max_length=200, blank=True)
    # 服务
    samples = optional_number(_("Samples measured"))
    users_in = number(_("Users inside the unit"))
    users_ext = number(_("Users outside the unit"))
    ents = optional_number(_("of these enterprises"))
    smes = optional_number(_("of these small and medium-sized enterprises"))
    teams = optional_number(_("of these start-up teams"))
    times_in = optional_number(_("Services inside the unit"))
    times_ext = optional_number(_("Services outside the unit"))
    # 收入
    income_in = money(_("Income from inside (CNY)"))
    income_ext = money(_("Income from outside (CNY)"))
    income_reason = models.CharField(_("Why there is income without hours"), max_length=200, blank=True)
    invoices = optional_number(_("Invoices"))
    # 培训与成果
    trained_students = optional_number(_("Students trained"))
    trained_teachers = optional_number(_("Teachers trained"))
    trained_others = optional_number(_("Other people trained"))
    projects_teach = optional_number(_("Teaching projects"))
    projects_research = optional_number(_("Research projects"))
    projects_social = optional_number(_("Projects for society"))
    papers_indexed = optional_number(_("Papers in the three great indexes"))
    papers_core = optional_number(_("Papers in core journals"))
    patents = optional_number(_("Patents"))
    awards_national = optional_number(_("National awards"))
    awards_province = optional_number(_("Provincial awards"))
    achievements = models.TextField(_("What it made possible (typical cases)"), max_length=2000, blank=True)
    # 运行与维护
    year_end_status = models.CharField(_("State at the end of the year"), max_length=12, choices=RunStatus)
    fault_times = optional_number(_("Faults"))
    down_hours = optional_hours(_("Hours out of order"))
    repair_cost = optional_cost(_("Repairs (CNY)"))
    upkeep_cost = optional_cost(_("Maintenance (CNY)"))
    consumable_cost = optional_cost(_("Consumables (CNY)"))
    new_functions = optional_number(_("Functions developed"))
    upgrade = models.CharField(_("Upgrades and modifications"), max_length=300, blank=True)
    # 值得再看一眼: for the province's list, written by oddities.py
    jumps = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    fingerprint = models.CharField(max_length=32, blank=True, editable=False)  # of the main figures
    has_same_figures = models.BooleanField(default=False, editable=False)
    edits = models.PositiveIntegerField(default=1, editable=False)  # counts saves, to notice a second window
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual operation")
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "year"],
                name="operation_once_a_year",
                violation_error_message=_("This instrument already has a record for this year."),
            ),
            year_is_known("operation_year_known"),
            rule("not_negative", not_negative(), _("No figure may be less than 0.")),
            rule(
                "runs_within_the_year", _in_the_year("run_hours"), _("The year does not have so many hours.")
            ),
            rule(
                "split_within_run",
                Q(run_hours__gte=F("teach_hours") + F("research_hours") + F("social_hours")),
                _("Teaching, research and service to society are more than the running hours."),
            ),
            rule(
                "open_within_run",
                Q(open_hours__lte=F("run_hours")),
                _("The hours in shared use are more than the running hours."),
            ),
            rule(
                "service_within_run",
                Q(service_hours__lte=F("run_hours")),
                _("The hours of service are more than the running hours."),
            ),
            rule(
                "ext_within_service",
                Q(ext_hours__lte=F("service_hours")),
                _("The hours of service to others are more than all hours of service."),
            ),
            rule(
                "ent_within_ext",
                Q(ent_hours__lte=F("ext_hours")),
                _("The hours to enterprises are more than the hours of service to others."),
            ),
            rule(
                "ents_within_users",
                Q(ents__lte=F("users_ext")),
                _("The enterprises are more than the users outside the unit."),
            ),
            rule(
                "smes_within_ents",
                Q(smes__isnull=True) | Q(ents__isnull=False, smes__lte=F("ents")),
                _("The small and medium-sized enterprises are more than the enterprises."),
            ),
            rule(
                "down_within_the_year",
                Q(down_hours__isnull=True) | _in_the_year("run_hours", "down_hours"),
                _("Running hours and hours out of order are together more than the year has."),
            ),
            rule(
                "zero_has_reason",
                Q(run_hours__gt=0) | ~Q(zero_reason=""),
                _("It did not run this year: say why."),
            ),
            rule(
                "income_has_hours",
                Q(income_ext=0) | Q(ext_hours__gt=0) | ~Q(income_reason=""),
                _("There is income from outside but no hours of service to others: say why."),
            ),
            rule("status_known", Q(year_end_status__in=RunStatus.values), _("Choose one of the states.")),
            rule("source_known", Q(hour_source__in=HourSource.values), _("Choose one of the ways.")),
        ]
        indexes = [
            models.Index(fields=["institution", "year", "fingerprint"], name="operation_same_figures"),
            models.Index(
                fields=["year", "institution"],
                condition=~Q(jumps=[]) | Q(has_same_figures=True),
                name="operation_odd",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.year}"

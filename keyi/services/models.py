from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.accounts.scope import ScopedQuerySet
from keyi.codes.models import CodeItem
from keyi.core.history import keep_history
from keyi.records.models import Instrument
from keyi.records.models.files import RecordFile

from .choices import Client, Direction, Funding, Origin, Place, Satisfaction, UserType, Way

NOT_NEGATIVE = MinValueValidator(Decimal(0), _("Fill in 0 or more."))


def rule(name: str, condition: Q, message: Any = None) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=condition, name=f"service_{name}", violation_error_message=message
    )


def several(label: Any, choices: type[models.TextChoices]) -> ArrayField:
    return ArrayField(models.CharField(max_length=12, choices=choices), verbose_name=label)


@keep_history()
class ServiceRecord(models.Model):
    """服务记录 (form F10): what one instrument did for one user at one time. The yearly figures are its sums.

    The columns are those of the national interface's service records, with the user's unit and the invoice,
    on which subsidies depend. Holds personal data of the applicant: seen by the unit and the reviewers only.
    """

    unit_lookup = "instrument__unit"

    instrument = models.ForeignKey(
        Instrument,
        models.PROTECT,
        related_name="services",
        verbose_name=pgettext_lazy("record", "Instrument"),
    )
    institution = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", editable=False)
    year = models.PositiveSmallIntegerField(
        _("Year"), editable=False
    )  # of the beginning, as counted in China
    number = models.CharField(_("Number of the service record"), max_length=50, blank=True)
    started_at = models.DateTimeField(_("Beginning of the service"))
    ended_at = models.DateTimeField(_("End of the service"))
    hours = models.DecimalField(
        _("Hours of the service"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[NOT_NEGATIVE],
    )
    amount = models.PositiveIntegerField(_("Samples or times"), null=True, blank=True)
    content = models.CharField(_("What was done"), max_length=200)
    ways = several(_("Way of the service"), Way)
    client = models.CharField(_("For whom"), max_length=10, choices=Client)
    direction = models.CharField(pgettext_lazy("service", "Purpose"), max_length=12, choices=Direction)
    income_yuan = models.DecimalField(
        _("Fee of the service (CNY)"), max_digits=14, decimal_places=2, validators=[NOT_NEGATIVE]
    )
    project_name = models.CharField(_("Project or service"), max_length=200)
    project_funds = several(_("Funds of the project"), Funding)
    subjects = models.ManyToManyField(CodeItem, related_name="+", verbose_name=_("Subjects of the project"))
    applicant = models.CharField(_("Applicant"), max_length=20)
    applicant_tel = models.CharField(_("Applicant's telephone"), max_length=20)
    applicant_email = models.EmailField(_("Applicant's e-mail"), max_length=50)
    applicant_unit = models.CharField(_("Applicant's unit"), max_length=100)
    applicant_uscc = models.CharField(_("Unified social credit code of that unit"), max_length=18, blank=True)
    user_type = models.CharField(_("Kind of user"), max_length=12, choices=UserType)
    is_related = models.BooleanField(_("That unit is related to ours"), default=False)
    is_innovation = models.BooleanField(_("It serves research or innovation"), default=True)
    satisfaction = models.CharField(_("The user's opinion"), max_length=10, choices=Satisfaction)
    place = models.CharField(_("Where it was used"), max_length=8, choices=Place)
    address = models.CharField(_("Address of the use"), max_length=150, blank=True)
    customs_notice = models.CharField(_("Number of the customs notice"), max_length=50, blank=True)
    has_agreement = models.BooleanField(_("An agreement was signed"), default=False)
    tax_note = models.CharField(_("Record of taxes paid later"), max_length=100, blank=True)
    contract_number = models.CharField(_("Contract number"), max_length=50, blank=True)
    invoice_number = models.CharField(_("Invoice number"), max_length=50, blank=True)
    invoiced_on = models.DateField(_("Date of the invoice"), null=True, blank=True)
    invoice_yuan = models.DecimalField(
        _("Amount of the invoice (CNY)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[NOT_NEGATIVE],
    )  # fmt: skip
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.TYPED, editable=False)
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # a double click saves once
    edits = models.PositiveIntegerField(default=1, editable=False)  # counts saves, to notice a second window
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service record")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "number"],
                condition=~Q(number=""),
                name="service_number_once_per_unit",
                violation_error_message=_("There is already a service record with this number."),
            ),
            rule("ends_after_beginning", Q(ended_at__gt=F("started_at")), _("The end lies before the beginning.")),
            rule(
                "has_hours_or_amount", Q(hours__isnull=False) | Q(amount__isnull=False),
                _("Fill in the hours, or the samples or times."),
            ),
            rule("not_negative", Q(hours__isnull=True) | Q(hours__gte=0)),
            rule("income_not_negative", Q(income_yuan__gte=0)),
            rule("client_known", Q(client__in=Client.values)),
            rule("direction_known", Q(direction__in=Direction.values)),
            rule("place_known", Q(place__in=Place.values)),
            rule("user_type_known", Q(user_type__in=UserType.values)),
            rule("way_known", Q(ways__contained_by=Way.values, ways__len__gte=1)),
            rule("funds_known", Q(project_funds__contained_by=Funding.values, project_funds__len__range=(1, 4))),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["institution", "year", "-started_at"], name="service_of_the_year"),
            models.Index(fields=["instrument", "year"], name="service_of_instrument"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def taken_message(cls) -> Any:
        constraint = next(one for one in cls._meta.constraints if one.name == "service_number_once_per_unit")
        return constraint.violation_error_message


class ServiceFile(RecordFile):
    """合同, 发票, 报告 of a service."""

    record = models.ForeignKey(ServiceRecord, models.CASCADE, related_name="files")

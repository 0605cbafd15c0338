import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit
from keyi.core.history import keep_history

FIRST_YEAR, LAST_YEAR = 2000, 2099  # within these every fourth year is a leap year


def year_column() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(_("Year"))


def year_is_known(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name=name)


class PeriodQuerySet(models.QuerySet["MaintenancePeriod"]):
    def open_for(self, institution: OrgUnit, on: dt.date | None = None) -> Self:
        """The years in which this 法人单位 may write on the day ``on`` (today)."""
        day = on or timezone.localdate()
        in_time = Q(opens_on__lte=day, closes_on__gte=day)
        reopened = PeriodReopening.objects.filter(institution=institution, until__gte=day)
        return self.filter(in_time | Q(pk__in=reopened.values("period")))


@keep_history()
class MaintenancePeriod(models.Model):
    """From when to when a year's 人员维护 and 运行维护 may be written. Set by the province."""

    year = models.PositiveSmallIntegerField(_("Year"), unique=True)
    opens_on = models.DateField(_("Opens on"))
    closes_on = models.DateField(_("Closes on"))  # the last day on which anything may be saved

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("maintenance period")
        ordering = ["-year"]
        constraints = [
            year_is_known("period_year_known"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="period_closes_after_opening",
                violation_error_message=_("The closing day lies before the opening day."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def last_day_for(self, institution: OrgUnit, on: dt.date | None = None) -> dt.date | None:
        """The last day on which this 法人单位 may write; None when it may not on the day ``on`` (today)."""
        day = on or timezone.localdate()
        days = [row.until for row in self.reopenings.all() if row.institution_id == institution.pk]
        if self.opens_on <= day:
            days.append(self.closes_on)
        last = max(days, default=None)
        return last if last is not None and last >= day else None

    def is_open_for(self, institution: OrgUnit, on: dt.date | None = None) -> bool:
        return self.last_day_for(institution, on) is not None


@keep_history()
class PeriodReopening(models.Model):
    """A closed year opened once more for one 法人单位, with the reason."""

    period = models.ForeignKey(MaintenancePeriod, models.CASCADE, related_name="reopenings")
    institution = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    until = models.DateField(_("Open until"))
    reason = models.CharField(_("Reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_reason")]

    def __str__(self) -> str:
        return f"{self.period} {self.institution}"

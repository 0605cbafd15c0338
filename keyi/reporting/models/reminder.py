from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit

from .period import year_column


class Reminder(models.Model):
    """A 法人单位 was told of its open work. The row is what keeps a second worker, or a second run, silent."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("The year has opened")
        MONTH = "30", _("30 days left")
        WEEK = "7", _("7 days left")
        DAY = "1", _("1 day left")

    institution = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    year = year_column()
    kind = models.CharField(max_length=6, choices=Kind)
    closes_on = models.DateField()  # the last day it spoke of: a moved deadline is a new one
    sent_on = models.DateField()

    class Meta:
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year", "kind", "closes_on"], name="reminder_once_per_deadline"
            ),
            models.UniqueConstraint(fields=["institution", "sent_on"], name="reminder_once_a_day"),
            models.CheckConstraint(
                condition=Q(kind__in=["opened", "30", "7", "1"]), name="reminder_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.year} {self.kind}"

"""The short lists of the yearly forms F6 and F7: codes in the database, labels on the page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StaffKind(models.TextChoices):
    OPERATOR = "operator", pgettext_lazy("staff", "Operator")
    MAINTAINER = "maintainer", pgettext_lazy("staff", "Maintainer")


class Employ(models.TextChoices):
    FULL = "full", pgettext_lazy("staff", "Full-time")
    PART = "part", pgettext_lazy("staff", "Part-time")


class HourSource(models.TextChoices):
    """机时采集方式: tells how far the hours can be trusted."""

    AUTO = "auto", _("Collected automatically (card, Bluetooth, QR code)")
    SYSTEM = "system", _("Recorded in a system")
    PAPER = "paper", _("Written down on paper")

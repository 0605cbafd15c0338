"""Deadlines in words: “2025 年度仪器维护正在填报，4 月 30 日 24:00 截止，还剩 49 天”."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .models import MaintenancePeriod
from .years import Year

SOON = 7  # days: from then on the deadline is shown in red


def province_years() -> list[Year]:
    """All years, newest first, as they stand for every unit that was not given more time."""
    today = timezone.localdate()
    periods = MaintenancePeriod.objects.all()
    return [Year(one, one.closes_on if one.opens_on <= today <= one.closes_on else None) for one in periods]


def day_text(day: dt.date) -> str:
    """“4 月 30 日”, with the year where it is not this one."""
    is_this_year = day.year == timezone.localdate().year
    return date_format(day, pgettext("date", "F j") if is_this_year else pgettext("date", "F j, Y"))


def until_text(day: dt.date) -> str:
    return _("%(day)s 24:00") % {"day": day_text(day)}


def left_text(days: int) -> str:
    if days <= 0:
        return _("ends today")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


def open_text(year: int, last_day: dt.date) -> str:
    """What an open year says of itself, on pages and in messages."""
    return _("Maintenance for %(year)s is open until %(day)s, %(left)s") % {
        "year": year,
        "day": until_text(last_day),
        "left": left_text((last_day - timezone.localdate()).days),
    }


def year_text(year: Year) -> str:
    """How the year stands, short, for the head of a page: “2025 年度 · 4 月 30 日 24:00 截止”."""
    if year.last_day:
        return _("%(year)s · open until %(day)s") % {"year": year.number, "day": until_text(year.last_day)}
    if year.is_to_come:
        return _("%(year)s · opens on %(day)s") % {"year": year.number, "day": day_text(year.period.opens_on)}
    return _("%(year)s · closed since %(day)s") % {
        "year": year.number, "day": until_text(year.period.closes_on),
    }  # fmt: skip

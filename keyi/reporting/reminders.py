"""Reminders of open upkeep: when a year opens, and 30, 7 and 1 days before it closes. One message per unit and day.

A row of ``Reminder`` is written in the transaction of its message, and the database allows one per unit, year, kind
and deadline, and one per unit and day. So it does not matter how often, or by how many workers, this is run; and a
day on which no worker ran is made up for on the next.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.people import people_who
from keyi.accounts.roles import Capability
from keyi.inbox.send import send_message
from keyi.records.models import Instrument
from keyi.review.notify import HISTORY_LANGUAGE

from .deadlines import open_text
from .models import MaintenancePeriod, PeriodReopening, Reminder
from .states import COUNTS, due, with_state

Kind = Reminder.Kind
STEPS = ((1, Kind.DAY), (7, Kind.WEEK), (30, Kind.MONTH))


@dataclass(frozen=True)
class Due:
    """A unit that has to be told. ``last_day`` is its own: later than the year's where it was reopened."""

    institution: int
    year: int
    last_day: dt.date
    kind: str
    done: int
    total: int

    @property
    def key(self) -> tuple[int, int, str, dt.date]:
        return self.institution, self.year, self.kind, self.last_day


def kind_of(last_day: dt.date, today: dt.date) -> str:
    """Which reminder is the one to give: the nearest step that is reached, or that the year has opened."""
    left = (last_day - today).days
    return next((kind for days, kind in STEPS if left <= days), Kind.OPENED)


def remind(today: dt.date | None = None) -> int:
    """Tell every unit with open work that has not been told yet; the number of units told."""
    today = today or timezone.localdate()
    told = set(Reminder.objects.values_list("institution", "year", "kind", "closes_on"))
    told_today = set(Reminder.objects.filter(sent_on=today).values_list("institution", flat=True))
    found = [one for one in due_on(today) if one.key not in told and one.institution not in told_today]
    units = OrgUnit.objects.in_bulk({one.institution for one in found})
    return sum(_tell(one, units[one.institution], today) for one in found)


def due_on(today: dt.date) -> list[Due]:
    """Every unit with open work in an open year, the nearest deadline first."""
    found = [
        one for period in MaintenancePeriod.objects.filter(opens_on__lte=today) for one in _in(period, today)
    ]
    return sorted(found, key=lambda one: (one.last_day, one.year))


def _in(period: MaintenancePeriod, today: dt.date) -> Iterator[Due]:
    reopened = _reopened(period, today)
    is_open = period.closes_on >= today
    if not is_open and not reopened:
        return
    instruments = due(Instrument.objects.all(), period.year)
    if not is_open:
        instruments = instruments.filter(institution__in=reopened)
    rows: Any = with_state(instruments, period.year).order_by().values("institution").annotate(**COUNTS)
    for row in rows.filter(total__gt=F("done")):
        days = [reopened[row["institution"]]] if row["institution"] in reopened else []
        last_day = max([*days, period.closes_on] if is_open else days)
        kind = kind_of(last_day, today)
        yield Due(row["institution"], period.year, last_day, kind, row["done"], row["total"])


def _reopened(period: MaintenancePeriod, today: dt.date) -> dict[int, dt.date]:
    """{institution: its own last day}"""
    rows = PeriodReopening.objects.filter(period=period, until__gte=today).order_by("until")
    return dict(rows.values_list("institution", "until"))


@transaction.atomic
def _tell(one: Due, unit: OrgUnit, today: dt.date) -> bool:
    """Send the messages, unless somebody else has, or nobody would get them."""
    people = list(people_who(Capability.EDIT, unit))
    if not people or not _claim(one.key, today):
        return False
    _send(one, people)
    return True


def _claim(key: tuple[int, int, str, dt.date], today: dt.date) -> bool:
    """Whether this run is the one to send. A second worker waits here until the first has committed."""
    institution, year, kind, last_day = key
    try:
        with transaction.atomic():
            Reminder.objects.create(
                institution_id=institution, year=year, kind=kind, closes_on=last_day, sent_on=today
            )
    except IntegrityError:
        return False
    return True


def _send(one: Due, people: list[User]) -> None:
    with override(HISTORY_LANGUAGE):
        subject = open_text(one.year, one.last_day)
        body = _(
            "%(done)s of %(total)s instruments are done, %(open)s are still open. After the deadline nothing can be "
            "filled in; the province would have to open the year again for your unit."
        ) % {"done": one.done, "total": one.total, "open": one.total - one.done}
    link = f"{reverse('upkeep-list')}?year={one.year}"
    for person in people:
        send_message(person, subject=subject, body=body, link=link)


def count_as_told(institution: OrgUnit, period: MaintenancePeriod, until: dt.date) -> None:
    """The message about a reopening stands for the reminder that would be due on the same day."""
    today = timezone.localdate()
    _claim((institution.pk, period.year, kind_of(until, today), until), today)

"""Which year a page speaks of, and whether this person may write in it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.records.models import Instrument

from .models import MaintenancePeriod
from .states import due, with_state

INSTITUTION_STEPS = 3  # province, city, 法人单位


@dataclass(frozen=True)
class Year:
    """One maintenance year as one 法人单位 meets it (``last_day`` None: it may not write now)."""

    period: MaintenancePeriod
    last_day: dt.date | None

    @property
    def number(self) -> int:
        return self.period.year

    @property
    def is_open(self) -> bool:
        return self.last_day is not None

    @property
    def is_reopened(self) -> bool:
        return self.last_day is not None and timezone.localdate() > self.period.closes_on

    @property
    def is_to_come(self) -> bool:
        return timezone.localdate() < self.period.opens_on and not self.is_open

    @property
    def days_left(self) -> int:
        return (self.last_day - timezone.localdate()).days if self.last_day else 0


@dataclass(frozen=True)
class Place:
    """One instrument's year as one person meets it."""

    instrument: Instrument
    year: Year
    may_write: bool  # in the person's scope, and open


def years(institution: OrgUnit | None) -> list[Year]:
    """All years, newest first, as the 法人单位 meets them; None: a reader above the units, who writes nowhere."""
    periods = MaintenancePeriod.objects.prefetch_related("reopenings")
    return [Year(period, period.last_day_for(institution) if institution else None) for period in periods]


def choose(found: list[Year], asked: str) -> Year | None:
    """The asked year; else the newest open one; else the newest that has begun; None without any."""
    by_number = {str(year.number): year for year in found}
    begun = [year for year in found if not year.is_to_come]
    usual = next((year for year in found if year.is_open), begun[0] if begun else None)
    return by_number.get(asked) or usual or (found[0] if found else None)


def institution_of(user: User) -> OrgUnit | None:
    """The 法人单位 this person belongs to; None for the province's own people."""
    path = user.home.unit.institution_path if user.home else ""
    return OrgUnit.objects.filter(path=path).first() if path else None


def of_own_units(user: User, instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """The same rows, asked for by their 法人单位 too: without it a unit's list would be looked for in a province."""
    steps = [path.split("/") for path in user.scope(Capability.VIEW)]
    is_below = all(len(step) > INSTITUTION_STEPS for step in steps)
    return instruments.filter(institution__in={int(step[2]) for step in steps}) if is_below else instruments


def get_place(user: User, number: int, pk: int) -> Place:
    """The instrument's year, or 404: foreign, not due in that year, or no such year."""
    period = get_object_or_404(MaintenancePeriod.objects.prefetch_related("reopenings"), year=number)
    instruments = due(Instrument.objects.for_user(user, Capability.VIEW), number)
    parts = ("unit", "unit__parent", "institution")
    instrument = with_state(instruments, number).select_related(*parts).filter(pk=pk).first()
    if instrument is None:
        raise Http404
    year = Year(period, period.last_day_for(instrument.institution))
    return Place(instrument, year, year.is_open and may(user, Capability.EDIT, instrument.unit))

"""沿用上年: last year's people once more, for one instrument, a laboratory, or a whole unit.

    shown = preview(user, 2025, instruments)      what would be copied
    copied = copy(user, 2025, instruments)        the number of instruments it was copied for

``instruments`` is any queryset; only those the person may write to and whose year is open are taken. Instruments
that have people this year are left alone, so that it may be done twice, and by two at once.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.audit import log
from keyi.records.models import Instrument

from . import upkeep
from .models import AnnualStaff, MaintenancePeriod, Staff
from .states import due

COPY = """
    INSERT INTO {annual} (instrument_id, year, staff_id, kind, employ, title, cert, cert_on)
    SELECT last.instrument_id, %(year)s, last.staff_id, last.kind, last.employ, person.title, last.cert, last.cert_on
    FROM {annual} last JOIN {staff} person ON person.id = last.staff_id AND person.is_active
    WHERE last.year = %(year)s - 1 AND last.instrument_id = ANY(%(keys)s)
      AND NOT EXISTS (SELECT FROM {annual} now WHERE now.instrument_id = last.instrument_id AND now.year = %(year)s)
    ORDER BY last.id
"""


@dataclass(frozen=True)
class Preview:
    """What 沿用上年 would do."""

    ready: QuerySet[Instrument]  # get last year's people
    kept: int  # have people this year already and stay as they are
    without: int  # have nobody to copy

    @property
    def is_useful(self) -> bool:
        return self.ready.exists()


def writable(user: User, year: int, instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """Those of the instruments whose year is due, open, and within the person's own scope."""
    institutions = OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION)
    paths = user.scope(Capability.EDIT)
    mine = [unit for unit in institutions if any(_touch(unit.path, path) for path in paths)]
    period = MaintenancePeriod.objects.filter(year=year).prefetch_related("reopenings").first()
    is_open = [unit.pk for unit in mine if period is not None and period.is_open_for(unit)]
    own = Instrument.objects.for_user(user, Capability.EDIT).filter(institution__in=is_open)
    return due(own, year).filter(pk__in=instruments.order_by().values("pk"))


def _touch(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _people(year: int) -> Exists:
    return Exists(AnnualStaff.objects.filter(instrument=OuterRef("pk"), year=year))


def _people_to_copy(year: int) -> Exists:
    last = AnnualStaff.objects.filter(instrument=OuterRef("pk"), year=year - 1, staff__is_active=True)
    return Exists(last)


def preview(user: User, year: int, instruments: QuerySet[Instrument]) -> Preview:
    found = writable(user, year, instruments)
    free = found.exclude(_people(year))
    return Preview(
        ready=free.filter(_people_to_copy(year)),
        kept=found.filter(_people(year)).count(),
        without=free.exclude(_people_to_copy(year)).count(),
    )


@transaction.atomic
def copy(user: User, year: int, instruments: QuerySet[Instrument]) -> int:
    """Copy for all that ``preview`` calls ready. The number of instruments that got people."""
    ready = preview(user, year, instruments).ready
    keys = sorted(ready.values_list("pk", flat=True))
    if not keys:
        return 0
    upkeep.lock(keys, year)
    before = set(_with_people(keys, year))  # somebody else was faster
    tables = {"annual": AnnualStaff._meta.db_table, "staff": Staff._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(**tables), {"year": year, "keys": keys})
    upkeep.mark(keys, year)
    number = len(set(_with_people(keys, year)) - before)
    log.record(user, "staff.copy", _period(year), instruments=number)
    return number


def _with_people(keys: list[int], year: int) -> QuerySet:
    return AnnualStaff.objects.filter(instrument__in=keys, year=year).values_list("instrument", flat=True)


def _period(year: int) -> MaintenancePeriod:
    return MaintenancePeriod.objects.get(year=year)

"""How long a unit of 10,000 instruments in 500 laboratories waits: for 仪器维护进度详情, and for 沿用上年.

Floors measured in the same run: a bare Django page of a signed-in person, and the bare INSERT of the same 20,000
rows of people. Fails when a promise is broken. Run it as ``python -m bench.upkeep``.
"""

import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.scratch import YEAR, province  # first: it names the database  # isort: skip
from bench.progress import line, milliseconds, page, signed_in
from keyi.accounts.models import OrgUnit
from keyi.records.models import Instrument
from keyi.reporting import copy_forward
from keyi.reporting.models import AnnualStaff, Staff

MOST_SECONDS = 10
PEOPLE = 300  # of the unit's list; two for each instrument
LAST_YEAR = """
    INSERT INTO reporting_annualstaff (instrument_id, year, staff_id, kind, employ, title, cert, cert_on)
    SELECT i.id, %s, people.keys[1 + (i.id + n) %% %s], (ARRAY['operator', 'maintainer'])[n], 'full', '工程师', '', NULL
    FROM records_instrument i, generate_series(1, 2) n, (SELECT array_agg(id) AS keys FROM reporting_staff) people
    WHERE i.institution_id = %s
"""
NO_STAFF = """
    UPDATE reporting_upkeepyear SET has_staff = FALSE WHERE year = %s
    AND instrument_id IN (SELECT id FROM records_instrument WHERE institution_id = %s)
"""
BARE = """
    INSERT INTO reporting_annualstaff (instrument_id, year, staff_id, kind, employ, title, cert, cert_on)
    SELECT instrument_id, %s, staff_id, kind, employ, title, cert, cert_on FROM reporting_annualstaff WHERE year = %s
"""


class Undo(Exception):
    """Takes back what was only to be measured."""


def seconds(act: Callable[[], object]) -> float:
    """One run, taken back."""
    started = time.perf_counter()
    try:
        with transaction.atomic():
            act()
            taken = time.perf_counter() - started
            raise Undo
    except Undo:
        return taken


def sql(text: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def people_of_last_year(unit: OrgUnit) -> None:
    Staff.objects.bulk_create(
        Staff(unit=unit, name=f"人员{number}", title="工程师", tel=f"0731-{number:08d}")
        for number in range(PEOPLE)
    )
    sql(LAST_YEAR, YEAR - 1, PEOPLE, unit.pk)
    sql(NO_STAFF, YEAR, unit.pk)
    sql("VACUUM ANALYZE")


def main() -> int:
    settings.ROOT_URLCONF = "bench.progress"
    with province() as world:
        people_of_last_year(world.university)
        client = signed_in(world.unit_admin)
        lab = OrgUnit.objects.filter(level="lab", path__startswith=world.university.path).last()
        print("Floors")
        line("bare Django page of a signed-in person", milliseconds(lambda: client.get("/bench/bare/")))
        bare = seconds(lambda: sql(BARE, YEAR, YEAR - 1))
        print(f"  bare INSERT of the same rows of people {bare * 1000:27.1f} ms")
        print("Pages (50 rows each)")
        kept = [
            page(client, "仪器维护进度详情, 10,000 instruments", "/work/upkeep/?year=2025", 300),
            page(client, "the same, one laboratory", f"/work/upkeep/?year=2025&lab={lab.pk}", 300),
            page(client, "the same, by state and name", "/work/upkeep/?year=2025&state=none&q=iCAP", 400),
            page(client, "the same, last page", "/work/upkeep/?year=2025&page=200", 300),
        ]
        print("沿用上年 for the whole unit, one transaction")
        mine = Instrument.objects.filter(institution=world.university)
        with CaptureQueriesContext(connection) as caught:
            taken = seconds(lambda: copy_forward.copy(world.unit_admin, YEAR, mine))
        number = AnnualStaff.objects.filter(year=YEAR - 1).count()
        kept.append(taken <= MOST_SECONDS)
        print(f"  {number:,} rows in {taken:.2f} s, {len(caught)} queries, at most {MOST_SECONDS} s, "
              f"{taken / bare:.1f} times the bare INSERT: {'kept' if kept[-1] else 'BROKEN'}")  # fmt: skip
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())

"""A database of its own for a benchmark: a province of 711 units and 200,000 instruments, made by bulk SQL and
dropped again. One unit has 10,000 instruments in 500 laboratories.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["KEYI_MODE"] = "test"
os.environ["KEYI_TEST_DB"] = "bench_keyi"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyi.config.settings")

import django

from keyi.config import embedded

embedded.ensure_database(Path(os.environ.get("KEYI_DATA", "var")).resolve())
django.setup()

# Models only once Django is set up.
from django.db import connection  # noqa: E402

from keyi.accounts.models import OrgUnit  # noqa: E402
from keyi.reporting.models import MaintenancePeriod  # noqa: E402
from tests.factories import make_instrument  # noqa: E402
from tests.world import World  # noqa: E402
from tools import messages  # noqa: E402

L = OrgUnit.Level
YEAR = 2025
INSTRUMENTS = 200_000
BIG_INSTRUMENTS, BIG_DEPARTMENTS, BIG_LABS = 10_000, 50, 450
UNITS, DEPARTMENTS, LABS = 710, 4, 16

# One published instrument, copied with texts of the usual length to every laboratory as often as ``number`` says.
COPY = """
    INSERT INTO records_instrument ({columns})
    SELECT {values} FROM bench_share s
    CROSS JOIN LATERAL generate_series(1, s.number) AS n
    CROSS JOIN (SELECT * FROM records_instrument WHERE id = %s) t
"""
CHANGED = {
    "unit_id": "s.unit_id",
    "institution_id": "s.institution_id",
    "inventory_number": "s.unit_id || '-' || n",
    "code": "'B' || lpad(s.unit_id || '', 7, '0') || lpad(n || '', 6, '0')",
    "name": "t.name || n",
    "technical": "repeat('波长 166～847 nm，分辨率 0.007 nm；', 8)",
    "function": "repeat('多元素同时测定，', 12)",
    "service_content": "repeat('水样、土壤中金属元素的测定；', 8)",
    "form_key": "NULL",
}
DONE = """
    INSERT INTO reporting_upkeepyear (instrument_id, year, has_staff, has_operation)
    SELECT id, %s, id %% 10 < 8, id %% 7 < 5 FROM records_instrument WHERE id %% 10 < 9
"""


@contextmanager
def province() -> Iterator[World]:
    """The filled database; dropped when the block ends."""
    for app in messages.apps_in(messages.ROOT, []):
        messages.compile_catalogue(app)
    started = time.perf_counter()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        world = World()
        _fill(world)
        print(f"{_count('records_instrument'):,} instruments of {UNITS + 1} units made in "
              f"{time.perf_counter() - started:.0f} s")  # fmt: skip
        yield world
    finally:
        connection.creation.destroy_test_db("keyi", verbosity=0)


def _fill(world: World) -> None:
    MaintenancePeriod.objects.create(year=YEAR, opens_on="2026-02-01", closes_on="2099-04-30")
    shares = _shares(world)
    template = make_instrument(world, status="published").pk
    columns = [column for column in _columns() if column != "id"]
    values = [CHANGED.get(column, f"t.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_share (unit_id bigint, institution_id bigint, number int)")
        with cursor.copy("COPY bench_share FROM STDIN") as copy:
            for share in shares:
                copy.write_row(share)
        cursor.execute(COPY.format(columns=", ".join(columns), values=", ".join(values)), [template])
        for year in (YEAR - 1, YEAR):
            cursor.execute(DONE, [year])
        cursor.execute("VACUUM ANALYZE")  # as the database does by itself at night


def _columns() -> list[str]:
    with connection.cursor() as cursor:
        return [
            column.name
            for column in connection.introspection.get_table_description(cursor, "records_instrument")
        ]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  our own names
        return cursor.fetchone()[0]


def _shares(world: World) -> list[tuple[int, int, int]]:
    """(laboratory, its 法人单位, how many instruments): few units have most, as in a real province."""
    big = _labs(world.university, BIG_DEPARTMENTS, BIG_LABS)
    shares = [(lab, world.university.pk, BIG_INSTRUMENTS // len(big)) for lab in big]
    weights = [1 / (number + 10) for number in range(UNITS)]
    left = INSTRUMENTS - BIG_INSTRUMENTS
    cities = _cities(world)
    for number, weight in enumerate(weights):
        unit = OrgUnit.objects.create(
            level=L.INSTITUTION, name=f"单位 {number}", parent=cities[number % len(cities)],
            uscc=f"B{number:017d}",
        )  # fmt: skip
        labs = _labs(unit, DEPARTMENTS, LABS)
        count = max(round(left * weight / sum(weights)), 1)
        each, rest = divmod(count, len(labs))
        shares += [(lab, unit.pk, each + (place < rest)) for place, lab in enumerate(labs)]
    return shares


def _cities(world: World) -> list[OrgUnit]:
    more = [OrgUnit.objects.create(level=L.CITY, name=f"市 {n}", parent=world.province) for n in range(12)]
    return [world.changsha_city, world.xiangtan_city, *more]


def _labs(unit: OrgUnit, departments: int, labs: int) -> list[int]:
    """New departments and laboratories in bulk; their ids."""
    tops = _nodes(unit, L.DEPARTMENT, [unit] * departments, "院系")
    below = _nodes(unit, L.LAB, [tops[number % departments] for number in range(labs)], "实验室")
    return [node.pk for node in (*tops, *below)]


def _nodes(unit: OrgUnit, level: str, parents: list[OrgUnit], name: str) -> list[OrgUnit]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('accounts_orgunit', 'id')) FROM generate_series(1, %s)",
            [len(parents)],
        )
        keys = [row[0] for row in cursor.fetchall()]
    nodes = [
        OrgUnit(pk=key, level=level, parent=parent, name=f"{name} {key}", path=f"{parent.path}{key:06d}/")
        for key, parent in zip(keys, parents, strict=True)
    ]
    return OrgUnit.objects.bulk_create(nodes)

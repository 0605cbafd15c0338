"""An exported file says what the list says, runs nothing in a spreadsheet, and comes back unchanged."""

import csv
import io

import pytest

from keyi.accounts.models import OrgUnit
from keyi.audit.models import Entry
from keyi.records.models import Instrument
from tests.factories import make_instrument, make_platform
from tests.reporting.rows import open_year
from tests.sheets.tables import cells, checked, streamed, verdicts, workbook

pytestmark = pytest.mark.django_db
EXPORT = "/work/imports/{}/export/"


@pytest.fixture
def two(world):
    first = make_instrument(world, inventory_number="A-1", name="离心机", status="draft")
    platform = make_platform(world, status="published")
    first.has_no_platform = False
    first.save()
    first.platforms.add(platform)
    first.customs = [
        {"declaration": "123456789012345678", "item": "01", "name": "离心机", "released_on": "2012-05-01"}
    ]
    first.is_customs_supervised, first.is_modified, first.modification = True, True, "加装冷却"
    first.technical = "第一行 10 r/min\n第二行 20 ℃"
    first.save()
    second = make_instrument(world, inventory_number="A-2", name="=1+1", model_name="+cmd", status="draft")
    return first, second


@pytest.mark.parametrize("kind", ["", "csv"])
def test_instruments_come_back_unchanged(world, keeper, two, kind):
    content = streamed(keeper.get(EXPORT.format("instruments"), {"as": kind}))
    job = checked(keeper, "instruments", content, "list.csv" if kind else "list.xlsx")
    assert verdicts(job) == {2: "unchanged", 3: "unchanged"}
    assert Entry.objects.filter(action="list.export").count() == 1


def test_cells_that_look_like_formulas_are_text(keeper, two):
    rows = cells(streamed(keeper.get(EXPORT.format("instruments"))))
    names = {row[rows[0].index("仪器名称")] for row in rows[1:]}
    assert names == {"离心机", "=1+1"}
    text = streamed(keeper.get(EXPORT.format("instruments"), {"as": "csv"})).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert {row[table[0].index("仪器名称")] for row in table[1:]} == {"离心机", "'=1+1"}
    assert {row[table[0].index("规格型号")] for row in table[1:]} == {"iCAP 6300", "'+cmd"}


def test_export_keeps_the_lists_filters_and_the_persons_scope(world, as_, two):
    make_instrument(world, inventory_number="A-3", unit=world.other_department, status="draft")

    def numbers(user, **query):
        rows = cells(streamed(as_(user).get(EXPORT.format("instruments"), query)))
        return {row[rows[0].index("所在单位仪器编号")] for row in rows[1:]}

    assert numbers(world.unit_admin) == {"A-1", "A-2", "A-3"}
    assert numbers(world.unit_admin, q="离心机") == {"A-1"}
    assert numbers(world.lab_manager) == {"A-1", "A-2"}
    assert numbers(world.stranger) == set()


@pytest.mark.parametrize("sheet", ["instruments", "labs", "staff", "operations", "services"])
def test_every_list_can_be_exported_by_its_people(world, as_, client, sheet):
    open_year(2025)
    address = EXPORT.format(sheet)
    assert client.get(address).status_code == 302
    assert as_(world.unit_admin).get(address).status_code == 200
    assert as_(world.lab_manager).get(address).status_code == 200
    assert as_(world.unit_admin).post(address).status_code == 405


def test_labs_come_back_unchanged(world, keeper):
    OrgUnit.objects.filter(level__in=["department", "lab"]).update(manager="李楠", tel="0731-88001234")
    job = checked(keeper, "labs", streamed(keeper.get(EXPORT.format("labs"))))
    assert set(verdicts(job).values()) == {"unchanged"}


def test_export_takes_as_many_queries_for_fifty_as_for_five(world, keeper, django_assert_max_num_queries):
    for number in range(50):
        make_instrument(world, inventory_number=f"B-{number}", status="draft")
    assert Instrument.objects.count() == 50
    with django_assert_max_num_queries(25):
        streamed(keeper.get(EXPORT.format("instruments")))


def test_an_empty_list_is_a_table_with_headings(keeper):
    rows = cells(streamed(keeper.get(EXPORT.format("instruments"))))
    assert len(rows) == 1
    assert workbook(rows)

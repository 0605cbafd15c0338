"""维护进度 of the whole province: by 市州 and unit, one unit to read, odd figures."""

import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from keyi.audit.models import Entry
from keyi.reporting.models import AnnualOperation

from .progress_world import DONE, TODAY, fill, instrument, period

URL = "/province/progress/"
FIGURES = {
    "run_hours": 1000, "teach_hours": 0, "research_hours": 500, "social_hours": 0, "service_hours": 400,
    "ext_hours": 100, "users_in": 3, "users_ext": 2, "income_in": 0, "income_ext": 5000,
    "year_end_status": "normal", "hour_source": "auto",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


def table(response) -> list[tuple]:
    found = []
    for line in response.context["lines"]:
        counts = line.counts
        found.append((line.name, counts.total, counts.done, counts.staff, counts.operation, counts.none))
    return found


def operation(world, record, year=2025, **values):
    return AnnualOperation.objects.create(
        instrument=record, institution_id=record.institution_id, year=year, updated_by=world.unit_admin,
        **FIGURES | values,
    )  # fmt: skip


@pytest.fixture
def filled(world):
    period()
    fill(world)
    return world


def test_reviewer_sees_cities_with_their_units(filled, as_):
    page = as_(filled.reviewer).get(URL)
    assert table(page) == [
        ("长沙市", 6, 2, 1, 1, 2),
        ("麓山大学", 6, 2, 1, 1, 2),
        ("湘潭市", 2, 1, 1, 0, 0),
        ("湘潭检测院", 2, 1, 1, 0, 0),
    ]
    total = page.context["total"]
    assert (total.total, total.done, total.percent) == (8, 3, 38)
    assert f'href="/province/progress/{filled.university.pk}/?year=2025"' in page.text
    assert "全省已完成" in page.text


def test_query_by_city_name_and_state(filled, as_):
    client = as_(filled.reviewer)
    xiangtan = [("湘潭市", 2, 1, 1, 0, 0), ("湘潭检测院", 2, 1, 1, 0, 0)]
    assert table(client.get(URL, {"city": filled.xiangtan_city.pk})) == xiangtan
    assert table(client.get(URL, {"q": "检测"})) == xiangtan
    assert [line[0] for line in table(client.get(URL, {"state": "none"}))] == ["长沙市", "麓山大学"]
    assert "没有符合条件的单位" in client.get(URL, {"q": "没有这样的单位"}).text


@pytest.mark.parametrize(
    "query", ["year=abc", "year=1000000000", "city=x", "city=999999999", "q=%00", "state=all"]
)
def test_bad_input_is_as_no_input(filled, as_, query):
    client = as_(filled.reviewer)
    assert client.get(f"{URL}?{query}").context["total"].total == 8
    assert client.get(f"{URL}export/?{query}").status_code == 200
    assert client.get(f"/province/oddities/?{query}").status_code == 200


def test_one_unit_is_shown_to_read(filled, as_):
    page = as_(filled.reviewer).get(f"{URL}{filled.university.pk}/")
    assert [(line.name, line.counts.total) for line in page.context["lines"]] == [
        ("分析测试中心", 5), ("无机元素分析室", 4), ("院系直属（不属于三级实验室）", 1), ("化学化工学院", 1),
    ]  # fmt: skip
    assert "<h1>麓山大学</h1>" in page.text
    assert as_(filled.reviewer).get(f"{URL}{filled.lab.pk}/").status_code == 404
    assert as_(filled.reviewer).get(f"{URL}99999999999/").status_code == 404


@pytest.mark.parametrize("who", ["unit_admin", "lab_manager", "stranger", "system_admin"])
def test_the_province_is_the_reviewers(filled, as_, who):
    client = as_(getattr(filled, who))
    unit = f"{URL}{filled.university.pk}/"
    for url in (URL, f"{URL}export/", unit, f"{unit}export/", "/province/oddities/"):
        assert client.get(url).status_code == 403, url


def test_export_holds_every_unit(filled, as_):
    response = as_(filled.reviewer).get(f"{URL}export/", {"city": filled.changsha_city.pk})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert book.get_sheet_by_index(0).to_python() == [
        ["市州", "单位", "应维护", "已完成", "只差运行", "只差人员", "未维护", "完成率（%）"],
        ["长沙市", "", 6, 2, 1, 1, 2, 33],
        ["长沙市", "麓山大学", 6, 2, 1, 1, 2, 33],
        ["合计", "", 6, 2, 1, 1, 2, 33],
    ]
    entry = Entry.objects.get(action="export_progress")
    assert (entry.actor, entry.data["city"]) == (filled.reviewer, str(filled.changsha_city.pk))
    assert as_(filled.reviewer).get(f"{URL}{filled.university.pk}/export/").status_code == 200


def test_oddities_are_told_with_both_years(filled, as_):
    world = filled
    jumped, same, plain = (instrument(world, world.lab, DONE) for _n in range(3))
    operation(world, jumped, 2024, run_hours=2000)
    operation(world, jumped, jumps=["run_hours"])
    operation(world, same, has_same_figures=True)
    operation(world, plain)
    operation(world, instrument(world, world.strange_lab, DONE), has_same_figures=True)
    client = as_(world.reviewer)
    page = client.get("/province/oddities/")
    rows = page.context["page"].object_list
    assert sorted(odd.record.instrument_id for odd in rows if odd.record.institution == world.university) == [
        jumped.pk, same.pk,
    ]  # fmt: skip
    told = next(odd for odd in rows if odd.record.instrument == jumped).jumps
    assert [(jump.now, jump.was) for jump in told] == [("1,000", "2,000")]
    assert len(rows) == 3
    one_unit = client.get("/province/oddities/", {"q": "湘潭"}).context["page"].object_list
    assert [odd.record.institution for odd in one_unit] == [world.institute]
    jumps = client.get("/province/oddities/", {"kind": "jump"}).context["page"].object_list
    assert [odd.record.instrument for odd in jumps] == [jumped]


def test_oddities_take_as_many_queries_for_many_as_for_one(filled, as_):
    client = as_(filled.reviewer)

    def add(number):
        for _n in range(number):
            operation(filled, instrument(filled, filled.lab, DONE), jumps=["run_hours"])

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get("/province/oddities/")
        return len(caught)

    add(1)
    client.get("/province/oddities/")
    few = queries()
    add(9)
    assert queries() == few


def test_province_takes_as_many_queries_for_many_units_as_for_few(filled, as_):
    client = as_(filled.reviewer)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(URL)
        return len(caught)

    client.get(URL)
    few = queries()
    for number in range(8):
        unit = filled.node("institution", f"单位 {number}", filled.changsha_city, uscc=f"X{number:017d}")
        instrument(filled, filled.node("department", "中心", unit), DONE)
    assert (queries(), few <= 12) == (few, True)

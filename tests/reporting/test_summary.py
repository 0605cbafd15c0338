"""仪器维护进度汇总: the figures, who sees which part, the query, the file."""

import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from keyi.accounts.models import Membership
from keyi.accounts.roles import Role
from keyi.audit.models import Entry
from tests.factories import make_instrument

from .progress_world import DONE, NONE, TODAY, fill, instrument, period

URL = "/work/progress/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


def table(response) -> list[tuple]:
    """(name, total, done, only staff, only operation, none, percent) of each line shown."""
    return [row(line.name, line.counts) for line in response.context["lines"]]


def row(name, counts) -> tuple:
    return (name, counts.total, counts.done, counts.staff, counts.operation, counts.none, counts.percent)


def test_the_unit_sees_every_department_and_laboratory(world, as_):
    period()
    fill(world)
    page = as_(world.unit_admin).get(URL)
    assert table(page) == [
        ("分析测试中心", 5, 2, 1, 1, 1, 40),
        ("无机元素分析室", 4, 2, 1, 0, 1, 50),
        ("院系直属（不属于三级实验室）", 1, 0, 0, 1, 0, 0),
        ("化学化工学院", 1, 0, 0, 0, 1, 0),
    ]
    assert row("", page.context["total"]) == ("", 6, 2, 1, 1, 2, 33)
    for text in (
        "2025 年度 · 4 月 30 日 24:00 截止",
        "还剩 49 天",
        "全单位已完成",
        "/ 6 台",
        "仪器维护进度汇总",
    ):
        assert text in page.text
    assert f"/work/upkeep/?year=2025&amp;lab={world.lab.pk}" in page.text
    assert "检测一室" not in page.text


def test_the_laboratory_manager_sees_the_own_part_only(world, as_):
    period()
    fill(world)
    page = as_(world.lab_manager).get(URL)
    assert [line[0] for line in table(page)] == [
        "分析测试中心",
        "无机元素分析室",
        "院系直属（不属于三级实验室）",
    ]
    assert row("", page.context["total"]) == ("", 5, 2, 1, 1, 1, 40)
    assert "本实验室（院系）已完成" in page.text
    assert "化学化工学院" not in page.text


def test_the_manager_of_a_third_level_laboratory_sees_that_one(world, as_):
    period()
    fill(world)
    person = world.person("third", world.lab, Role.LAB_MANAGER, "黄蕾")
    page = as_(person).get(URL)
    assert table(page) == [("无机元素分析室", 4, 2, 1, 0, 1, 50)]
    page = as_(person).get(URL, {"lab": world.lab.pk})
    assert table(page) == [("无机元素分析室", 4, 2, 1, 0, 1, 50)]


def test_the_stranger_sees_the_own_unit_and_nothing_else(world, as_):
    period()
    fill(world)
    page = as_(world.stranger).get(URL, {"department": world.department.pk, "lab": world.lab.pk})
    assert table(page) == [("检测一室", 2, 1, 1, 0, 0, 50)]
    assert "麓山大学" not in page.text


def test_query_narrows_by_department_laboratory_and_state(world, as_):
    period()
    fill(world)
    client = as_(world.unit_admin)
    page = client.get(URL, {"department": world.other_department.pk})
    assert table(page) == [("化学化工学院", 1, 0, 0, 0, 1, 0)]
    assert "查询范围内已完成" in page.text
    page = client.get(URL, {"lab": world.lab.pk})
    assert table(page) == [("分析测试中心", 4, 2, 1, 0, 1, 50), ("无机元素分析室", 4, 2, 1, 0, 1, 50)]
    page = client.get(URL, {"state": "staff"})
    assert table(page) == [("分析测试中心", 5, 2, 1, 1, 1, 40), ("无机元素分析室", 4, 2, 1, 0, 1, 50),
                           ("院系直属（不属于三级实验室）", 1, 0, 0, 1, 0, 0)]  # fmt: skip
    assert "只列出有“人员已维护”仪器的各行" in page.text
    assert f"state=staff&amp;lab={world.lab.pk}" in page.text


def test_query_by_year_counts_that_year(world, as_):
    period()
    period(2024, closes=TODAY.date().replace(month=2, day=28), opens=TODAY.date().replace(month=1))
    fill(world)
    instrument(world, world.lab, DONE, year=2024)
    page = as_(world.unit_admin).get(URL, {"year": "2024"})
    assert row("", page.context["total"]) == ("", 7, 1, 0, 0, 6, 14)
    assert "2024 年度 · 2 月 28 日 24:00 已截止" in page.text
    assert as_(world.unit_admin).get(URL).context["year"].number == 2025


@pytest.mark.parametrize(
    "query",
    ["year=abc", "year=1000000000", "year=", "state=x", "lab=99999999", "lab=-1", "department=%00", "open=x",
     "lab=1&department=2&state=done%27&open=1&open=%F0%9F%98%80"],
)  # fmt: skip
def test_bad_input_is_as_no_input(world, as_, query):
    period()
    fill(world)
    page = as_(world.unit_admin).get(f"{URL}?{query}")
    assert (page.status_code, page.context["total"].total) == (200, 6)
    assert as_(world.unit_admin).get(f"{URL}export/?{query}").status_code == 200


def test_a_foreign_laboratory_shows_the_own_unit(world, as_):
    period()
    fill(world)
    page = as_(world.unit_admin).get(URL, {"lab": world.strange_lab.pk})
    assert page.context["total"].total == 6
    assert "检测一室" not in page.text


def test_folding_keeps_the_query(world, as_):
    period()
    fill(world)
    client = as_(world.unit_admin)
    page = client.get(URL, {"state": "none"})
    toggle = page.context["lines"][0].toggle
    assert toggle == f"?state=none&open=#line-{world.department.pk}"
    folded = client.get(URL + toggle)
    assert [line[0] for line in table(folded)] == ["分析测试中心", "化学化工学院"]
    assert (
        folded.context["lines"][0].toggle
        == f"?state=none&open={world.department.pk}#line-{world.department.pk}"
    )


def test_without_a_year_or_a_laboratory_the_page_says_what_to_do(world, as_):
    page = as_(world.unit_admin).get(URL)
    assert "还没有开放年度" in page.text
    assert as_(world.unit_admin).get(f"{URL}export/")["Location"] == URL
    period()
    Membership.objects.filter(user=world.stranger).update(unit=world.institute)
    world.strange_lab.delete()
    assert "还没有实验室（院系）" in as_(world.stranger).get(URL).text


def test_reviewers_go_to_the_province_and_others_have_no_part(world, as_):
    assert as_(world.reviewer).get(URL)["Location"] == "/province/progress/"
    assert as_(world.system_admin).get(URL).status_code == 403
    assert as_(world.unit_admin).post(URL).status_code == 405


def test_export_holds_the_rows_of_the_page(world, as_):
    period()
    fill(world)
    type(world.lab).objects.filter(pk=world.lab.pk).update(name="=1+1")
    response = as_(world.unit_admin).get(f"{URL}export/", {"year": "2025", "open": ""})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert book.get_sheet_by_index(0).to_python() == [
        ["二级院系", "三级实验室", "应维护", "已完成", "只差运行", "只差人员", "未维护", "完成率（%）"],
        ["分析测试中心", "", 5, 2, 1, 1, 1, 40],
        ["分析测试中心", "=1+1", 4, 2, 1, 0, 1, 50],
        ["分析测试中心", "院系直属（不属于三级实验室）", 1, 0, 0, 1, 0, 0],
        ["化学化工学院", "", 1, 0, 0, 0, 1, 0],
        ["合计", "", 6, 2, 1, 1, 2, 33],
    ]
    entry = Entry.objects.get(action="export_progress")
    assert (entry.actor, entry.label) == (world.unit_admin, "麓山大学")
    assert entry.data == {"year": 2025, "department": "", "lab": "", "state": ""}


def test_export_of_the_stranger_holds_nothing_of_ours(world, as_):
    period()
    fill(world)
    response = as_(world.stranger).get(f"{URL}export/", {"lab": world.lab.pk})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert [line[:3] for line in book.get_sheet_by_index(0).to_python()[1:]] == [
        ["检测一室", "", 2],
        ["合计", "", 2],
    ]


def test_an_instrument_taken_offline_or_of_a_later_year_is_not_counted(world, as_):
    period()
    fill(world)
    make_instrument(world, status="offline")
    make_instrument(world, status="published", booked_on=TODAY.date())
    assert as_(world.unit_admin).get(URL).context["total"].total == 6


def test_page_takes_as_many_queries_for_fifty_laboratories_as_for_five(world, as_):
    period()
    client = as_(world.unit_admin)

    def labs(number):
        for n in range(number):
            lab = world.node("lab", f"实验室 {n} / {number}", world.other_department)
            instrument(world, lab, DONE if n % 2 else NONE)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(URL)
        return len(caught)

    labs(5)
    client.get(URL)
    few = queries()
    labs(45)
    assert (queries(), few <= 12) == (few, True)

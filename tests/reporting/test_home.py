"""What the workbench says of the yearly maintenance."""

import datetime as dt

import pytest
import time_machine

from .progress_world import DONE, TODAY, fill, instrument, period

DEADLINE = "2025 年度仪器维护正在填报，4 月 30 日 24:00 截止，还剩 49 天。"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


def test_the_unit_sees_the_deadline_its_open_work_and_the_slowest_part(world, as_):
    period()
    fill(world)
    page = as_(world.unit_admin).get("/work/")
    assert DEADLINE in page.text
    assert "已完成 2 / 6 台，逾期后不能再填，需向省平台申请重新开放。" in page.text
    assert "4 台仪器还没有完成 2025 年度维护" in page.text
    assert [branch.unit for branch in page.context["slowest"]] == [world.other_department, world.department]
    assert "没有需要处理的事项" not in page.text


def test_the_laboratory_manager_sees_the_own_figures(world, as_):
    period()
    fill(world)
    page = as_(world.lab_manager).get("/work/").text
    assert "已完成 2 / 5 台" in page
    assert "化学化工学院" not in page


def test_a_unit_that_has_finished_is_told_so(world, as_):
    period()
    instrument(world, world.strange_lab, DONE)
    page = as_(world.stranger).get("/work/").text
    assert "应维护的 1 台已全部完成。" in page
    assert "还没有完成" not in page


@pytest.mark.parametrize("who", ["unit_admin", "lab_manager", "reviewer", "system_admin"])
def test_a_closed_year_is_not_spoken_of(world, as_, who):
    period(closes=dt.date(2026, 2, 28))
    fill(world)
    page = as_(getattr(world, who)).get("/work/")
    assert page.status_code == 200
    assert "年度仪器维护" not in page.text


def test_the_province_has_no_deadline_of_its_own(world, as_):
    period()
    fill(world)
    assert DEADLINE not in as_(world.reviewer).get("/work/").text

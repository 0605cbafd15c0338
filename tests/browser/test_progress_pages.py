"""The pages of the yearly maintenance's progress and of its years, in a browser, at both widths."""

import datetime as dt

import pytest
from django.utils import timezone

from keyi.reporting.models import AnnualOperation, MaintenancePeriod, PeriodReopening
from tests.reporting.progress_world import fill, instrument

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filled(world):
    """One open year with figures, one closed and reopened, and an odd record."""
    today = timezone.localdate()
    month = dt.timedelta(days=30)
    MaintenancePeriod.objects.create(year=2025, opens_on=today - month, closes_on=today + month)
    closed = MaintenancePeriod.objects.create(year=2024, opens_on=today - 3 * month, closes_on=today - month)
    PeriodReopening.objects.create(
        period=closed,
        institution=world.university,
        until=today + month,
        reason="停电，数据无法导出",
        by=world.reviewer,
    )
    fill(world)
    for year, hours in ((2024, 500), (2025, 1800)):
        AnnualOperation.objects.create(
            instrument=instrument(world, world.lab) if year == 2024 else AnnualOperation.objects.get().instrument,
            institution=world.university, year=year, run_hours=hours, teach_hours=0, research_hours=hours,
            social_hours=0, service_hours=100, ext_hours=50, users_in=1, users_ext=1, income_in=0, income_ext=800,
            year_end_status="normal", hour_source="auto", updated_by=world.unit_admin,
            jumps=["run_hours"] if year == 2025 else [],
        )  # fmt: skip
    return world


@pytest.fixture
def signed_in(client, live_server, open_page):
    """``signed_in(user)`` is the workbench of that person in a browser."""

    def sign_in(user):
        client.force_login(user)
        page = open_page()
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto("/work/")
        return page

    return sign_in


def test_the_unit_looks_at_its_progress(filled, signed_in, look_at):
    page = signed_in(filled.unit_admin)
    look_at(page, "work-home-maintenance")
    page.get_by_role("link", name="仪器维护进度汇总").first.click()
    look_at(page, "progress")
    page.get_by_role("link", name="收起：分析测试中心").click()
    page.get_by_role("link", name="展开：分析测试中心").wait_for()
    assert page.get_by_role("link", name="无机元素分析室").count() == 0
    page.get_by_label("二级院系", exact=True).select_option(label="化学化工学院")
    page.get_by_role("button", name="查询").click()
    page.get_by_text("查询范围内已完成").wait_for()
    look_at(page, "progress-queried")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename == "2025 年度仪器维护进度 麓山大学.xlsx"
    page.locator("tbody").get_by_role("link", name="化学化工学院").click()
    page.wait_for_url("**/work/upkeep/?year=2025&lab=*")


def test_the_province_looks_at_everything_and_reopens_a_year(filled, signed_in, look_at):
    page = signed_in(filled.reviewer)
    page.get_by_role("link", name="维护进度").first.click()
    look_at(page, "province-progress")
    page.get_by_role("link", name="需核对的数据").click()
    look_at(page, "oddities")
    page.get_by_role("link", name="麓山大学").first.click()
    look_at(page, "province-unit")
    page.get_by_role("link", name="维护年度").first.click()
    look_at(page, "years")
    page.get_by_role("link", name="开放年度").click()
    page.get_by_role("button", name="开放这个年度").click()
    page.get_by_role("link", name="截止日期：请填写截止日期。").wait_for()
    look_at(page, "year-refused")
    page.goto("/province/years/2024/reopen/")
    page.get_by_label("单位").select_option(label="湘潭检测院")
    page.get_by_label("开放至").fill((timezone.localdate() + dt.timedelta(days=9)).isoformat())
    look_at(page, "year-reopen")
    page.get_by_label("理由").fill("采集系统停电")
    page.get_by_role("button", name="为该单位重新开放").click()
    page.get_by_text("已为 湘潭检测院 重新开放 2024 年度，并通知了该单位管理员。").wait_for()
    row = PeriodReopening.objects.get(institution=filled.institute)
    assert (row.period.year, row.reason) == (2024, "采集系统停电")

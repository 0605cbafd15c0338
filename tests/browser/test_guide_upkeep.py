"""The guide's section 四（仪器数据维护） as a laboratory's administrator walks it, and the unit's after that."""

import pytest
from playwright.sync_api import expect

from keyi.reporting.models import AnnualOperation, AnnualStaff
from tests.core.samples import pdf
from tests.factories import make_instrument
from tests.reporting.rows import closed_year, make_operation, make_staff, open_year, put_down
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIGURES = {
    "年总运行机时": "1412", "教学机时": "200", "科研机时": "900", "社会服务机时": "300",
    "服务机时（对内+对外）": "1100", "年对外服务机时": "320", "单位内用户数": "85", "单位外用户数": "26",
    "对内服务收入（元）": "30000", "对外服务收入（元）": "85000.50",
}  # fmt: skip


@pytest.fixture
def unit(live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = World()
    open_year(2025)
    closed_year(2024)
    world.icp = make_instrument(world, status="published")
    world.second = make_instrument(world, status="published", name="原子荧光光度计", model_name="AFS-9700")
    put_down(world.second, make_staff(world, "王工"), 2024)
    make_operation(world, world.second, 2024)
    make_operation(world, world.icp, 2024)
    make_instrument(world, status="published", name="核磁共振波谱仪", unit=world.other_department)
    return world


def sign_in(page, name):
    page.goto("/login/")
    page.get_by_label("账号名称").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/work/")


def row_of(page, name):
    return page.get_by_role("row", name=name)


def test_laboratory_keeps_up_an_instruments_year(open_page, look_at, unit):
    page = open_page()
    sign_in(page, "lab_manager")
    page.get_by_role("navigation", name="工作菜单").get_by_role("link", name="仪器维护进度详情").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("仪器维护进度详情")
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_text("核磁共振波谱仪")).to_have_count(0)
    look_at(page, "upkeep-list")
    actions = row_of(page, "电感耦合").get_by_role("link")
    assert [text.split("：")[0].strip() for text in actions.all_inner_texts()] == [
        "仪器详情",
        "人员维护",
        "运行维护",
    ]
    # 仪器详情 is only to be read
    actions.nth(0).click()
    expect(page.get_by_role("textbox")).to_have_count(0)
    page.go_back()
    # 人员维护: a new person
    row_of(page, "电感耦合").get_by_role("link", name="人员维护").click()
    look_at(page, "staff-empty")
    page.get_by_role("link", name="新增").click()
    page.get_by_text("人员库里没有？填写新人员").click()
    page.get_by_label("姓名").fill("李楠")
    page.get_by_label("职称").fill("工程师")
    page.get_by_label("操作人员").check()
    page.get_by_label("维护人员").check()
    page.get_by_label("专职").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("link", name="电话和邮箱至少填写一项。")).to_be_visible()
    look_at(page, "staff-add-refused")
    page.get_by_label("电话").fill("0731-88001234")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已添加：李楠。")).to_be_visible()
    look_at(page, "staff-list")
    page.get_by_role("link", name="修改").first.click()
    look_at(page, "staff-edit")
    page.get_by_role("link", name="返回").click()
    # 运行维护: one yearly record
    page.get_by_role("main").get_by_role("link", name="运行维护").click()
    page.get_by_role("link", name="新增").click()
    for label, figure in FIGURES.items():
        page.get_by_label(label, exact=False).first.fill(figure)
    page.get_by_label("年对外服务机时").fill("1320")
    page.locator("#id_hour_source").select_option(label="自动采集（刷卡、蓝牙、扫码）")
    page.locator("#id_year_end_status").select_option(index=1)
    page.set_input_files(
        "#id_proofs", {"name": "机时记录.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    expect(page.locator("#files-proofs").get_by_role("link", name="机时记录.pdf")).to_be_visible()
    look_at(page, "operation-form")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("不能大于“服务机时（对内+对外）”（1,100）").first).to_be_visible()
    look_at(page, "operation-refused")
    page.get_by_label("年对外服务机时").fill("20")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("尚未保存。请再核对以下数据：")).to_be_visible()
    look_at(page, "operation-odd")
    page.get_by_role("button", name="数据无误，保存").click()
    expect(page.get_by_text("2025 年度运行维护已保存，即已提交，无需审核。")).to_be_visible()
    look_at(page, "operation-done")
    record = AnnualOperation.objects.get(instrument=unit.icp, year=2025)
    assert (str(record.run_hours), str(record.ext_hours), record.jumps) == ("1412.0", "20.0", ["ext_hours"])
    page.get_by_role("link", name="返回清单").click()
    expect(row_of(page, "电感耦合").get_by_text("已完成")).to_be_visible()


def test_unit_keeps_last_years_people_after_seeing_them(open_page, look_at, unit):
    page = open_page()
    sign_in(page, "unit_admin")
    page.goto("/work/upkeep/")
    page.get_by_label("本页全选").check()
    page.get_by_role("button", name="所选沿用上年人员").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("沿用上年人员")
    expect(page.get_by_role("row")).to_have_count(2)
    look_at(page, "staff-copy")
    assert AnnualStaff.objects.filter(year=2025).count() == 0
    page.get_by_role("button", name="确认沿用").click()
    expect(page.get_by_text("已为 1 台仪器沿用上年人员。")).to_be_visible()
    expect(row_of(page, "原子荧光").get_by_text("人员已维护")).to_be_visible()
    page.locator("#id_year").select_option("2024")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("请由单位管理员向省平台申请重新开放")).to_be_visible()
    look_at(page, "upkeep-closed")

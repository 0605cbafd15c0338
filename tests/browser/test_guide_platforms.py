"""The guide's section 三（填报创新平台数据） in a real browser, what the instrument form makes of it, and 设施."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from keyi.records.models import Instrument, Platform
from tests.browser.test_guide_walk import attach, choose, open_all, publish, submit
from tests.core.samples import as_bytes, pdf, scene
from tests.factories import make_institution, make_instrument
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "先进分析技术湖南省重点实验室"


@pytest.fixture
def cast(live_server, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    world = World()
    call_command("load_codes", "platform_type", verbosity=0)
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    return world


def sign_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("账号名称").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/work/")


def open_menu(page: Page, name: str) -> None:
    page.goto("/work/")
    page.get_by_role("link", name=name).first.click()


def test_section_three_of_the_guide(open_page, look_at, cast):
    unit, reviewer = open_page(), open_page()
    sign_in(unit, "unit_admin")
    see_why_it_is_closed(unit, look_at)
    make_institution(cast)
    add_platform(unit, look_at)
    sign_in(reviewer, "reviewer")
    publish(reviewer, look_at, NAME, "review-platform")
    tick_it(unit, look_at, make_instrument(cast))
    see_it_in_public(open_page(), look_at)
    lab = open_page()
    sign_in(lab, "lab_manager")
    open_menu(lab, "创新平台/检测机构管理")
    lab.get_by_role("link", name=NAME).click()
    expect(lab.get_by_role("heading", level=1)).to_have_text(NAME)
    look_at(lab, "platform-read-by-lab")


def see_why_it_is_closed(page: Page, look_at) -> None:
    open_menu(page, "创新平台/检测机构管理")
    expect(page.get_by_text("单位信息审核通过并发布后，才能填报创新平台/检测机构")).to_be_visible()
    look_at(page, "platform-closed")
    page.get_by_role("main").get_by_role("link", name="单位信息管理").click()
    expect(page.get_by_label("单位简介")).to_be_attached()


def add_platform(page: Page, look_at) -> None:
    """三、1 and 2 新增, 提交, 等待审核"""
    open_menu(page, "创新平台/检测机构管理")
    look_at(page, "platform-list-empty")
    page.get_by_role("link", name="新增").first.click()
    open_all(page)
    look_at(page, "platform-form")
    page.get_by_role("radio", name="创新平台").check()
    page.locator("#id_name").fill(NAME)
    choose(page, "平台类别", "重点实验室")
    page.locator("#id_level").select_option(label="地市级")
    page.get_by_label("运行状态").select_option(label="正常")
    expect(page.get_by_label("依托法人单位名称/组建单位名称")).to_have_value("麓山大学")
    page.get_by_label("批准部门").fill("湖南省科学技术厅")
    page.get_by_label("认定日期").fill("2016-05-20")
    page.locator("#id_director").fill("张远山")
    page.get_by_label("联系电话").fill("0731-88001235")
    page.get_by_label("街道地址").fill("麓山南路示范段 1 号")
    choose(page.get_by_role("group", name="主要学科领域"), "第 1 项", "化学")
    page.get_by_label("创新平台简介").fill("研究元素和结构分析的新方法。")
    page.get_by_label("对外服务内容").fill("元素分析、结构分析。")
    page.get_by_role("group", name="是否取得认证认可").get_by_text("否", exact=True).click()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_contain_text("请上传批准或认定文件的扫描件。")
    look_at(page, "platform-missing")
    page.get_by_role("button", name="保存", exact=True).click()
    open_all(page)
    attach(page, "approval", "批准文件.pdf", pdf(), "application/pdf")
    attach(page, "photos", "实验室.jpg", as_bytes(scene()), "image/jpeg")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("低于省级")).to_be_visible()
    look_at(page, "platform-low-level")
    page.get_by_role("link", name="返回修改").click()
    open_all(page)
    page.locator("#id_level").select_option(label="省部级")
    submit(page, look_at, "platform")
    open_menu(page, "创新平台/检测机构管理")
    look_at(page, "platform-list")


def tick_it(page: Page, look_at, record: Instrument) -> None:
    """四 注（1） 勾选所属创新平台/机构, or the red 无所属创新平台, each taking the other's tick away"""
    page.goto(f"/work/instruments/{record.pk}/edit/")
    open_all(page)
    box, none = page.get_by_role("checkbox", name=NAME), page.get_by_role("checkbox", name="无所属创新平台")
    expect(none).to_be_checked()
    box.check()
    expect(none).not_to_be_checked()
    none.check()
    expect(box).not_to_be_checked()
    box.check()
    look_at(page, "instrument-platforms")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    record.refresh_from_db()
    assert (record.has_no_platform, record.platforms.get().name) == (False, NAME)


def see_it_in_public(page: Page, look_at) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="栏目").get_by_role("link", name="创新平台").click()
    look_at(page, "public-platforms")
    page.get_by_label("级别").select_option(label="省部级")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    look_at(page, "public-platform")
    assert page.url.endswith(f"/platforms/{Platform.objects.get().slug}/")


def test_facility_opens_its_section_at_once(open_page, look_at, cast):
    make_institution(cast)
    record = make_instrument(cast)
    page = open_page()
    sign_in(page, "unit_admin")
    page.goto(f"/work/instruments/{record.pk}/edit/")
    open_all(page)
    expect(page.get_by_label("建设经费（万元）")).to_be_hidden()
    page.get_by_role("radio", name="设施").check()
    page.get_by_label("建设经费（万元）").fill("72000")
    look_at(page, "facility-form")
    page.get_by_role("radio", name="仪器").first.check()
    expect(page.get_by_label("建设经费（万元）")).to_be_hidden()
    page.get_by_role("radio", name="设施").check()
    expect(page.get_by_label("建设经费（万元）")).to_have_value("72000")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_contain_text("首席科学家")
    look_at(page, "facility-missing")


def test_facility_opens_its_section_after_saving_without_script(open_page, cast):
    make_institution(cast)
    record = make_instrument(cast)
    page = open_page(java_script_enabled=False)
    sign_in(page, "unit_admin")
    page.goto(f"/work/instruments/{record.pk}/edit/")
    page.locator("#basic > summary").click() if not page.locator("#basic[open]").count() else None
    page.get_by_role("radio", name="设施").check()
    expect(page.locator("#facility")).to_be_hidden()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#facility")).to_be_visible()

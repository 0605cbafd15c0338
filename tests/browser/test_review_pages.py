"""The review centre and the tree of laboratories in a real browser: both widths, axe, and a walk without script."""

import re

import pytest
from playwright.sync_api import expect

from keyi.records.models import Instrument
from keyi.review.workflow import perform, perform_all
from tests.factories import add_pdf, add_photo, make_institution, make_instrument

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def revision(world):
    """A published instrument, changed and submitted again, with the unit's own information waiting before it."""
    unit = make_institution(world, status="draft")
    add_pdf(world, unit, slot="policies", title="收费办法")
    perform(unit, "submit", world.unit_admin)
    record = make_instrument(world)
    photo = add_photo(world, record)
    perform(record, "submit", world.lab_manager)
    perform_all(record, ["approve", "publish"], world.reviewer)
    perform(record, "revise", world.lab_manager)
    photo.remove()
    add_photo(world, record)
    Instrument.objects.filter(pk=record.pk).update(floor="4 层")
    record.refresh_from_db()
    perform(record, "submit", world.lab_manager)
    return record


@pytest.fixture
def signed_in(client, open_page, live_server):
    def sign_in(user, **options):
        client.force_login(user)
        page = open_page(**options)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return sign_in


def test_a_reviewer_reads_marks_and_returns(world, revision, signed_in, look_at):
    page = signed_in(world.reviewer)
    page.goto("/review/")
    look_at(page, "review-queue")
    page.get_by_role("link", name=str(revision)).click()
    look_at(page, "review-record")
    row = page.get_by_role("row").filter(has_text="楼层")
    row.get_by_text("标记问题").click()
    row.get_by_role("textbox").fill("请对照现场再核一遍。")
    page.get_by_role("button", name="通过并发布").click()
    look_at(page, "review-sure")
    page.get_by_role("button", name="退回，附 1 处标记").click()
    expect(page.get_by_role("alert").or_(page.locator(".k-errors"))).to_contain_text("请写明理由")
    look_at(page, "review-no-reason")
    page.get_by_label("审核意见").fill("楼层与现场不符。")
    page.get_by_role("button", name="退回，附 1 处标记").click()
    expect(page).to_have_url(re.compile("/review/institutions/"))
    expect(page.locator("main")).to_contain_text("已退回。")
    look_at(page, "review-institution")
    revision.refresh_from_db()
    assert (revision.status, revision.reason) == ("returned", "楼层与现场不符。")
    assert revision.marks == {"floor": "请对照现场再核一遍。"}


def test_the_second_reviewer_is_told_in_the_page(world, revision, signed_in, look_at):
    page = signed_in(world.reviewer)
    page.goto(f"/review/instruments/{revision.pk}/")
    perform(Instrument.objects.get(pk=revision.pk), "return", world.second_reviewer, comment="图片请重拍。")
    page.get_by_label("审核意见").fill("我的意见")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_role("alert")).to_contain_text("这条记录刚由另一位审核员退回")
    expect(page.get_by_role("alert")).to_contain_text("您的意见没有发送。请查看新的状态。")
    expect(page.locator("textarea")).to_have_value("我的意见")
    look_at(page, "review-too-late")


def test_deciding_works_without_javascript(world, revision, signed_in):
    page = signed_in(world.reviewer, java_script_enabled=False)
    page.goto(f"/review/instruments/{revision.pk}/")
    page.get_by_role("button", name="通过并发布").click()
    revision.refresh_from_db()
    assert revision.status == "published"


def test_a_unit_keeps_its_laboratories(world, signed_in, look_at):
    page = signed_in(world.unit_admin)
    page.goto("/work/labs/")
    look_at(page, "labs")
    page.get_by_role("link", name="新增", exact=True).click()
    page.get_by_role("button", name="保存").click()
    look_at(page, "lab-empty-form")
    page.get_by_label("机构名称").fill("电镜中心")
    page.get_by_label("负责人").fill("刘芳")
    page.get_by_label("电话").fill("0731-88001234")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row").filter(has_text="电镜中心")).to_contain_text("启用中")
    page.get_by_role("link", name="分析测试中心", exact=True).click()
    look_at(page, "lab-edit")
    page.get_by_role("link", name="删除这个实验室（院系）").click()
    look_at(page, "lab-not-deleted")

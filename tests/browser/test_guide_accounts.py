"""The guide's section 五 in a real browser: the unit's administrator opens the account of a laboratory, the person
sets the password from the mail, hands in an instrument, and the unit passes it on (一级初审) to the province.
How a new instrument is typed is walked in test_guide_walk.py.

And what stands beside it: the change of administrator.
"""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from keyi.accounts import tree
from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.roles import Role
from keyi.codes.models import CodeItem
from keyi.records import uploads
from keyi.records.forms.fields import slots_of
from keyi.records.kinds import KINDS
from keyi.records.models import Institution, Instrument
from tests.accounts.post import link_in
from tests.browser.test_guide_walk import PASSWORD, province, sign_in, submit  # noqa: F401
from tests.core.samples import as_bytes, pdf, scene, upload
from tests.factories import INSTITUTION, INSTRUMENT
from tests.jobs import run_jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
USCC = "12430000MB0000035P"


@pytest.fixture
def unit(province) -> OrgUnit:  # noqa: F811
    """湘江材料检测所 with one laboratory, and its administrator."""
    county = CodeItem.objects.get(pk="division:430104")
    values = {"uscc": USCC, "nature": "institute", "division": county, "has_first_review": True}
    unit = OrgUnit.objects.create(
        level="institution", name="湘江材料检测所", parent=tree.city_node(county), **values
    )
    lab = OrgUnit.objects.create(level="department", name="分析测试室", parent=unit, manager="李楠")
    OrgUnit.objects.create(level="lab", name="金相组", parent=lab)
    OrgUnit.objects.create(level="department", name="化学室", parent=unit)
    admin = User.objects.create_user(
        "zhou_ming", email="zhou@example.org", password=PASSWORD, real_name="周明", mobile="13900001234",
        email_verified_at=timezone.now(),
    )  # fmt: skip
    Membership.objects.create(user=admin, unit=unit, role=Role.INSTITUTION_ADMIN)
    now = timezone.now()
    Institution.objects.create(
        unit=unit, name=unit.name, division=county, status="published", is_public=True, receipt="20260310000001",
        version=1, submitted_at=now, published_at=now, **INSTITUTION,
    )  # fmt: skip
    return unit


def menu(page: Page, name: str) -> None:
    page.goto("/work/")
    page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{name}")).first.click()


def test_account_of_a_laboratory(open_page, look_at, unit):
    admin, lab, reviewer = open_page(), open_page(), open_page()
    sign_in(admin, "管理单位", "zhou_ming")
    open_account(admin, look_at)
    set_password(lab, look_at)
    draft_of(unit)
    hand_in(lab, look_at)
    expect(lab.get_by_text("由本单位管理员先审核，通过后报省平台。")).to_be_visible()
    lab.goto("/work/")
    expect(lab.get_by_role("main").get_by_role("link", name=re.compile("1.*待初审"))).to_be_visible()
    pass_on(admin, look_at)
    sign_in(reviewer, "平台管理", "reviewer")
    menu(reviewer, "审核中心")
    reviewer.get_by_role("link", name="电感耦合等离子体发射光谱仪").first.click()
    reviewer.get_by_role("button", name="通过并发布").first.click()
    expect(reviewer.get_by_text("已发布").first).to_be_visible()
    assert (Instrument.objects.get().status, Instrument.objects.get().unit.name) == (
        "published",
        "分析测试室",
    )
    switch_off(admin, lab, look_at)


def open_account(page: Page, look_at) -> None:
    """五、1 and 2: 新增, 勾选所属实验室, 保存."""
    menu(page, r"实验室（院系）账号管理")
    look_at(page, "accounts-empty")
    page.get_by_role("main").get_by_role("link", name="新增").first.click()
    look_at(page, "accounts-form")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    look_at(page, "accounts-form-missing")
    page.get_by_role("radio", name="分析测试室").check()
    page.get_by_label("账号名称").fill("fenxi_lab")
    page.get_by_label("姓名").fill("李楠")
    page.get_by_label("手机").fill("139 0000 4321")
    page.get_by_label("电子邮箱").fill("li@example.org")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("l***@example.org").first).to_be_visible()
    look_at(page, "accounts-opened")
    page.get_by_role("main").get_by_role("link", name="新增").first.click()
    expect(page.get_by_role("radio", name="分析测试室")).to_be_disabled()
    look_at(page, "accounts-form-taken")


def set_password(page: Page, look_at) -> None:
    run_jobs()
    page.goto(link_in(mail.outbox[-1]))
    look_at(page, "accounts-set-password")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password_again").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").first.click()
    sign_in(page, "实验室（院系）", "fenxi_lab")
    expect(page.get_by_role("link", name="实验室（院系）账号管理")).to_have_count(0)
    look_at(page, "accounts-lab-workbench")


def draft_of(unit: OrgUnit) -> None:
    """What its laboratory has filled in and not yet submitted."""
    lab, code = OrgUnit.objects.get(parent=unit, name="分析测试室"), CodeItem.objects.get
    record = Instrument.objects.create(
        unit=lab, inventory_number="SB-192", category=code(pk="instrument_class:010400"),
        country=code(pk="country:840"), division=unit.division, **INSTRUMENT,
    )  # fmt: skip
    record.subjects.set([code(pk="subject:150")])
    person = User.objects.get(username="fenxi_lab")
    uploads.attach(
        record, slots_of(KINDS["instruments"].form)["photos"], upload(as_bytes(scene()), "整机.jpg"), person
    )


def hand_in(page: Page, look_at) -> None:
    menu(page, "仪器管理")
    page.get_by_role("main").get_by_role("link", name="电感耦合等离子体发射光谱仪").first.click()
    page.get_by_role("link", name="继续填报").click()
    submit(page, look_at, "accounts-instrument")


def pass_on(page: Page, look_at) -> None:
    """一级初审"""
    page.goto("/work/")
    look_at(page, "first-review-workbench")
    expect(
        page.get_by_role("navigation").get_by_role("link", name=re.compile("^一级初审")).first
    ).to_contain_text("1")
    menu(page, "一级初审")
    look_at(page, "first-review-queue")
    page.get_by_role("link", name="电感耦合等离子体发射光谱仪").first.click()
    look_at(page, "first-review-record")
    page.get_by_role("button", name=re.compile("省平台")).first.click()
    expect(page.get_by_text("已报").or_(page.get_by_text("省平台")).first).to_be_visible()
    assert Instrument.objects.get().status == "endorsed"


def switch_off(admin: Page, lab: Page, look_at) -> None:
    """后续可通过邮件图标进行密码重置; and the account is switched off."""
    menu(admin, r"实验室（院系）账号管理")
    admin.get_by_role("button", name=re.compile("^重置密码邮件")).click()
    expect(admin.get_by_text("l***@example.org").first).to_be_visible()
    run_jobs()
    admin.reload()
    expect(admin.get_by_text("链接已发送").first).to_be_visible()
    look_at(admin, "accounts-mail-sent")
    admin.get_by_role("link", name=re.compile("^编辑")).click()
    look_at(admin, "accounts-edit")
    menu(admin, r"实验室（院系）账号管理")
    admin.get_by_role("button", name=re.compile("^停用")).click()
    expect(admin.get_by_text("已停用").first).to_be_visible()
    look_at(admin, "accounts-off")
    lab.goto("/work/instruments/")
    expect(lab).to_have_url(re.compile("/login/"))


def test_change_of_administrator(open_page, look_at, unit):
    page, reviewer = open_page(), open_page()
    page.goto("/login/")
    look_at(page, "handover-login")
    page.get_by_role("link", name="申请变更单位管理员").first.click()
    look_at(page, "handover-form")
    page.get_by_label("统一社会信用代码").fill(USCC)
    page.get_by_label("单位名称").fill("湘江材料检测所")
    page.get_by_label("姓名").fill("赵云")
    page.get_by_label("手机").fill("13900004321")
    page.get_by_label("电子邮箱").fill("zhao@example.org")
    page.get_by_label("账号名称").fill("zhao_yun")
    page.get_by_label("变更原因").fill("原管理员已离职。")
    page.set_input_files(
        "#id_letter", {"name": "公函.pdf", "mimeType": "application/pdf", "buffer": pdf(pages=1)}
    )
    page.get_by_label("我已阅读并同意").check()
    expect(page.get_by_text("已确认不是机器提交")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="请查收邮件")).to_be_visible()
    look_at(page, "handover-sent")
    run_jobs()
    page.goto(link_in(mail.outbox[-1]))
    look_at(page, "handover-request")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("heading", name="已提交审核")).to_be_visible()
    look_at(page, "handover-done")
    sign_in(reviewer, "平台管理", "reviewer")
    menu(reviewer, "审核中心")
    reviewer.get_by_role("link", name="管理员变更").first.click()
    look_at(reviewer, "handover-review")
    reviewer.get_by_role("button", name="批准变更").click()
    expect(reviewer.get_by_text("已批准并生效")).to_be_visible()
    assert Membership.objects.get(unit=unit, ended_at=None).user.username == "zhao_yun"

"""The same way with JavaScript switched off: register, unit information, laboratory, instrument, review, portal."""

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from keyi.records.models import Instrument
from tests.accounts.post import link_in
from tests.core.samples import as_bytes, pdf, scene
from tests.jobs import run_jobs

from .test_guide_walk import LIST_NAME, NAME, PASSWORD, open_all, province, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UNIT = "湘江材料检测所"
__all__ = ["province"]  # the fixture


def fill(page: Page, values: dict[str, str]) -> None:
    """By the field's name: text is typed, ``=text`` chosen from a list, ``+`` ticked."""
    for name, value in values.items():
        if value == "+":
            page.locator(f"[name={name}]").check()
        elif value.startswith("="):
            page.locator(f"[name={name}]").select_option(label=value[1:])
        else:
            page.locator(f"[name={name}]").first.fill(value)


def attach(page: Page, slot: str, name: str, content: bytes, kind: str) -> None:
    """Choose a file, then press the plain button beside it."""
    page.set_input_files(f"#id_{slot}", {"name": name, "mimeType": kind, "buffer": content})
    page.locator(f"button[value='upload:{slot}']").click()
    page.wait_for_load_state()
    open_all(page)
    expect(page.locator(f"#files-{slot} a", has_text=name)).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()  # or a picture that arrives later moves what is pressed next


def register(page: Page) -> None:
    page.goto("/register/")
    fill(page, {
        "uscc": "12430000MB0000035P", "unit_name": UNIT, "nature": "=科研院所", "real_name": "周明",
        "mobile": "13900001234", "email": "zhou@example.org", "username": NAME, "password": PASSWORD,
        "password_again": PASSWORD, "agree": "+",
    })  # fmt: skip
    page.locator("[name=division]").select_option("division:430104")
    page.get_by_role("main").get_by_role("button", name="注册").click()
    expect(page.get_by_role("heading", name="注册成功")).to_be_visible()
    run_jobs()
    page.goto(link_in(mail.outbox[-1]))
    page.get_by_role("main").get_by_role("button").first.click()


def confirm(page: Page) -> None:
    press(page, "提交")
    expect(page.get_by_role("heading", name="核对后提交")).to_be_visible()
    page.get_by_label("以上内容已核对").check()
    press(page, "确认提交审核")
    expect(page.get_by_role("heading", name="已提交审核")).to_be_visible()


def fill_in_unit(page: Page) -> None:
    page.goto("/work/institutions/")
    open_all(page)
    fill(page, {
        "affiliation": "=省属", "legal_person": "张远山", "street": "麓山南路示范段 1 号", "postcode": "410083",
        "instrument_dept": "设备处", "contact": "周明", "tel": "0731-88005678", "email": "zhou@example.org",
        "intro": "示例单位：从事金属材料和水质的分析检测。", "admin_post": "科长", "admin_tel": "0731-88005678",
        "join_reason": "开放共享本单位的分析仪器。",
    })  # fmt: skip
    attach(page, "license", "法人证书.pdf", pdf(), "application/pdf")
    expect(page.locator("[name=legal_person]")).to_have_value("张远山")
    attach(page, "policies", "开放共享管理办法.pdf", pdf(pages=3), "application/pdf")
    attach(page, "application", "申请书盖章.pdf", pdf(pages=1), "application/pdf")
    confirm(page)


def add_lab(page: Page) -> None:
    page.goto("/work/labs/new/")
    fill(page, {"name": "分析测试室", "manager": "李楠", "tel": "0731-88001234"})
    press(page, "保存")
    expect(page.get_by_role("link", name="分析测试室", exact=True)).to_be_visible()


def add_instrument(page: Page) -> None:
    page.goto("/work/instruments/new/")
    open_all(page)
    page.get_by_role("radio", name="仪器", exact=False).first.check()
    fill(page, {
        "name": LIST_NAME, "inventory_number": "SB-192", "model_name": "Icap6300", "has_no_platform": "+",
        "lab": "=分析测试室", "category": "光谱仪器", "usage_type": "=通用", "subjects": "化学",
        "manufacturer": "thermo", "country": "美国", "source": "=购置", "value_wan": "88.60",
        "funds-0-source": "=单位自有资金", "booked_on": "2007-06-01", "started_on": "2007-07-01",
        "function": "水、土壤、植物样品中多元素的同时测定", "technical": "波长 166～847 nm",
        "run_status": "=正常", "service_content": "水样、土壤中金属元素的测定", "user_notice": "提前 3 个工作日预约。",
        "open_hours-0-days": "=周一至周五", "open_hours-0-opens": "08:30", "open_hours-0-closes": "17:30",
        "street": "麓山南路示范段 1 号", "building": "分析测试楼", "floor": "3 层", "keeper": "李楠", "contact": "李楠",
        "tel": "0731-88001234", "email": "li@example.org", "mail_address": "长沙市岳麓区麓山南路示范段 1 号",
        "postcode": "410083",
    })  # fmt: skip
    page.locator("[name=division]").select_option("division:430104")
    page.get_by_role("radio", name="外部共享").check()
    for group in ("是否二次开发", "海关监管"):
        page.get_by_role("group", name=group).get_by_text("否", exact=True).click()
    add_fees(page)
    attach(page, "photos", "整机正面.jpg", as_bytes(scene()), "image/jpeg")
    confirm(page)


def add_fees(page: Page) -> None:
    """Two rows; the second comes by the plain button “新增一行”, and what was typed stays."""
    fill(
        page,
        {"fees-0-item": "水样", "fees-0-unit": "=元/样", "fees-0-internal": "60", "fees-0-external": "100"},
    )
    rows = page.locator("[name^=fees-][name$=-item]").count()
    page.locator("[data-rows=fees] [data-row-add]").click()
    open_all(page)
    expect(page.locator("[name=fees-0-item]")).to_have_value("水样")
    expect(page.locator("[name=name]")).to_have_value(LIST_NAME)
    last = f"fees-{rows}"
    fill(
        page,
        {
            f"{last}-item": "土壤",
            f"{last}-unit": "=元/样",
            f"{last}-internal": "80",
            f"{last}-external": "120",
        },
    )


def publish(page: Page, name: str) -> None:
    page.goto("/review/")
    page.get_by_role("link", name=name).first.click()
    press(page, "通过并发布")
    expect(page.get_by_text("已发布").first).to_be_visible()


def test_new_unit_reaches_the_portal_without_script(open_page, province):
    page, reviewer = open_page(java_script_enabled=False), open_page(java_script_enabled=False)
    register(page)
    sign_in(page, "管理单位", NAME)
    fill_in_unit(page)
    sign_in(reviewer, "平台管理", "reviewer")
    publish(reviewer, UNIT)
    add_lab(page)
    add_instrument(page)
    publish(reviewer, LIST_NAME)
    record = Instrument.objects.get()
    assert [(row["item"], row["external"]) for row in record.fees] == [("水样", "100"), ("土壤", "120")]
    assert (record.category.label, record.country.label) == ("光谱仪器", "美国")
    visitor = open_page(java_script_enabled=False)
    visitor.goto("/")
    fill(visitor, {"q": "Icap6300"})
    visitor.get_by_role("button", name="搜索").click()
    visitor.get_by_role("link", name=LIST_NAME).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text(LIST_NAME)
    for text in ("水样", "土壤", "分析测试楼"):
        expect(visitor.get_by_text(text).first).to_be_visible()

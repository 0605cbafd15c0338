"""The combobox in a real browser: keyboard, mouse, without JavaScript, and what a screen reader is told."""

import os

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from .checks import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.scratch"),
]
CLASSES = """code,name,parent_code
010000,分析仪器,
010400,光谱仪器,010000
010404,原子荧光光谱仪,010400
010405,光电直读光谱仪,010400
010500,色谱仪器,010000
"""


@pytest.fixture
def lists(live_server, tmp_path):
    file = tmp_path / "classes.csv"
    file.write_text(CLASSES, encoding="utf-8")
    call_command("load_codes", "instrument_class", path=file, verbosity=0)
    for name in ("subject", "division"):
        call_command("load_codes", name, verbosity=0)


def opened(browser: Browser, live_server, *, js: bool = True, width: int = 1280) -> Page:
    context = browser.new_context(
        java_script_enabled=js, viewport={"width": width, "height": 900}, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/scratch/")
    return page


def test_typing_and_enter_choose_the_first(chromium, live_server, lists):
    page = opened(chromium, live_server)
    box = page.get_by_role("combobox", name="仪器分类")
    box.press_sequentially("gp")
    options = page.locator("[role=listbox]:not([hidden]) [role=option]")
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.nth(1)).to_contain_text("分析仪器 / 光谱仪器")
    chosen = options.nth(1).get_attribute("data-key")
    box.press("Enter")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert page.url.endswith("/scratch/"), "Enter chooses, it does not send the form"
    assert page.locator("input[name=category]").input_value() == chosen
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#result")).to_have_text(chosen)


def test_mouse_chooses_and_escape_closes(chromium, live_server, lists):
    page = opened(chromium, live_server)
    box = page.get_by_role("combobox", name="仪器分类")
    box.press_sequentially("光谱")
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]")).to_have_count(2)
    expect(page.locator("mark").first).to_have_text("光谱")
    box.press("Escape")
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]")).to_have_count(0)
    box.press("ArrowDown")
    page.locator("[role=listbox]:not([hidden]) [role=option]").filter(has_text="光电直读").click()
    expect(box).to_have_value("光电直读光谱仪 010405")
    assert page.locator("input[name=category]").input_value() == "instrument_class:010405"


def test_changed_text_forgets_the_choice(chromium, live_server, lists):
    page = opened(chromium, live_server)
    box = page.get_by_role("combobox", name="仪器分类")
    box.press_sequentially("光电")
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]")).to_have_count(1)
    box.press("Enter")
    box.fill("光谱")
    assert page.locator("input[name=category]").input_value() == "光谱"
    box.blur()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("radio")).to_have_count(2)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#result")).to_be_visible()


def test_nothing_found_is_said(chromium, live_server, lists):
    page = opened(chromium, live_server)
    page.get_by_role("combobox", name="仪器分类").press_sequentially("磁铁")
    status = page.locator("[data-combo]").first.get_by_role("status")
    expect(status).not_to_be_empty()
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]")).to_have_count(0)


def test_several_rows_are_sent_in_order(chromium, live_server, lists):
    page = opened(chromium, live_server)
    page.get_by_role("combobox", name="仪器分类").fill("010405")
    for place, typed in enumerate(["huaxue", "wlx"]):
        row = page.get_by_role("group", name="学科").get_by_role("combobox").nth(place)
        row.press_sequentially(typed)
        expect(page.locator("[role=listbox]:not([hidden]) [role=option]").first).to_be_visible()
        row.press("Enter")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#result")).to_have_text("instrument_class:010405 subject:150 subject:140")


def test_without_javascript_a_name_is_enough_and_candidates_can_be_ticked(chromium, live_server, lists):
    page = opened(chromium, live_server, js=False, width=390)
    page.get_by_label("仪器分类").fill("光谱")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_label("仪器分类").input_value() == "光谱"
    page.get_by_label("光电直读光谱仪").check()
    page.get_by_role("button", name="Send").click()
    assert page.locator("#result").inner_text() == "instrument_class:010405"


def test_combobox_has_no_axe_violation_and_fits_a_phone(chromium, live_server, lists):
    page = opened(chromium, live_server)
    box = page.get_by_role("combobox", name="仪器分类")
    box.press_sequentially("光谱")
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]")).to_have_count(2)
    folder = os.environ.get("KEYI_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/combo-open.png", full_page=True)
    assert violations(page) == []
    box.press("Escape")
    box.blur()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("radio")).to_have_count(2)
    if folder:
        page.screenshot(path=f"{folder}/combo-pick.png", full_page=True)
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

"""The account pages in a real browser: script, no script, both widths, axe."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from keyi.accounts.models import Login, SpentChallenge, User
from keyi.inbox.send import send_message
from tests.accounts.registering import typed
from tests.world import PASSWORD, World

from .checks import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1280, 390)
SHOTS = os.environ.get("KEYI_SHOTS")


def visit(chromium: Browser, live_server, **options) -> Page:
    page = chromium.new_context(base_url=live_server.url, locale="zh-CN", **options).new_page()
    page.problems = []
    page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    return page


def look_at(page: Page, name: str) -> None:
    """Both widths: nothing wider than the screen; no violation of axe, which is asked at the first."""
    page.wait_for_load_state()  # a click returns as soon as the next page begins to arrive
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            f"{name} is too wide at {width}"
        )
        found = violations(page) if width == WIDTHS[0] else []
        assert [(rule["id"], rule["nodes"]) for rule in found] == [], f"{name} at {width}"
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def fill_in(page: Page, values: dict[str, str]) -> None:
    for name in (
        "uscc",
        "unit_name",
        "real_name",
        "mobile",
        "email",
        "username",
        "password",
        "password_again",
    ):
        page.fill(f"[name={name}]", values[name])
    page.select_option("[name=nature]", values["nature"])
    page.select_option("[name=division]", values["division"])
    page.check("[name=agree]")


def test_registering_with_script_proves_itself_and_looks_right(chromium, live_server):
    world = World()
    page = visit(chromium, live_server)
    page.goto("/register/")
    look_at(page, "register")
    fill_in(page, typed(world, uscc="91430100MA4L00000X"))
    expect(page.get_by_text("已确认不是机器提交，无需输入图片验证码。")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="注册").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    look_at(page, "register-errors")
    fill_in(page, typed(world))
    expect(page.get_by_text("已确认不是机器提交，无需输入图片验证码。")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="注册").click()
    expect(page.get_by_role("heading", name="注册成功")).to_be_visible()
    look_at(page, "registered")
    assert [problem for problem in page.problems if "422" not in problem] == []
    assert SpentChallenge.objects.count() == 2
    assert User.objects.get(username="yuelu_lab").memberships.get().unit.name == "岳麓材料研究所"


def test_registering_works_without_script(chromium, live_server):
    world = World()
    page = visit(chromium, live_server, java_script_enabled=False)
    page.goto("/register/")
    expect(page.get_by_text("同一网络地址每小时最多注册 3 个账号")).to_be_visible()
    fill_in(page, typed(world))
    page.get_by_role("button", name="注册").click()
    expect(page.get_by_role("heading", name="注册成功")).to_be_visible()


def test_pages_of_ones_own_look_right(chromium, live_server):
    world = World()
    agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0"
    Login.objects.create(user=world.unit_admin, address="10.1.2.3", browser=agent)
    send_message(
        world.unit_admin, subject="单位信息已退回", body="请补充申请书盖章扫描件。", link="/account/"
    )
    page = visit(chromium, live_server)
    page.goto("/login/")
    look_at(page, "login")
    page.fill("[name=username]", "unit_admin")
    page.fill("[name=password]", "wrong")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_text("再错 4 次，账号将锁定 15 分钟。")).to_be_visible()
    look_at(page, "login-wrong")
    page.get_by_text("实验室（院系）", exact=True).click()
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/work/")
    for name, path in {
        "account": "/account/", "account-edit": "/account/edit/", "account-email": "/account/email/",
        "password-change": "/account/password/", "inbox": "/inbox/",
    }.items():  # fmt: skip
        page.goto(path)
        look_at(page, name)
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**/account/")
    page.goto("/inbox/")
    expect(page.get_by_text("未读")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("password-reset", "/password/"),
        ("password-reset-sent", "/password/sent/"),
        ("password-reset-stale", "/password/MQ/x/"),
        ("confirm-stale", "/confirm/x/"),
    ],
)
def test_pages_for_forgotten_passwords_look_right(chromium, live_server, name, path):
    World()
    page = visit(chromium, live_server)
    page.goto(path)
    look_at(page, name)

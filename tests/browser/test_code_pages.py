"""The pages of the code lists: axe-clean and nothing wider than the screen, at both widths."""

import os

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from keyi.codes.loading import shipped_file
from keyi.codes.models import CheckedUpload
from tests.world import World

from .checks import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "instrument_class"


def addresses() -> dict[str, str]:
    content = shipped_file(LIST).read_text(encoding="utf-8").replace("质谱仪器", "质谱和能谱仪器")
    kept = CheckedUpload.objects.create(code_list=LIST, file_name="new.csv", content=content.encode())
    return {
        "tree": reverse("code-tree", args=[LIST]),
        "lists": reverse("code-lists"),
        "list": reverse("code-list", args=[LIST]),
        "upload": reverse("code-list-upload", args=[LIST]),
        "confirm": reverse("code-list-confirm", args=[LIST, kept.pk]),
    }


def session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize("width", [1280, 390])
def test_code_pages_have_no_axe_violation(chromium, live_server, width):
    world = World()
    call_command("load_codes", verbosity=0)
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": session_of(world.system_admin),
        "url": live_server.url,
    }
    context.add_cookies([cookie])
    page = context.new_page()
    for name, address in addresses().items():
        page.goto(live_server.url + address)
        if folder := os.environ.get("KEYI_SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png")
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert page.locator("h1").count() == 1
    page.goto(live_server.url + reverse("code-list-upload", args=[LIST]))
    bad = {"name": "bad.csv", "mimeType": "text/csv", "buffer": "code,name\n1,甲\n1,乙\n2,\n".encode()}
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("button", name="检查文件").click()
    page.locator("[data-error-summary]").wait_for()
    if folder := os.environ.get("KEYI_SHOTS"):
        page.screenshot(path=f"{folder}/upload-bad-{width}.png")
    assert violations(page) == []

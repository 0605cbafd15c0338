"""The pages of the code lists with all their rows: nothing wider than the screen, and what a bad file is answered."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from keyi.codes.loading import shipped_file
from keyi.codes.models import CheckedUpload
from tests.world import World

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


def test_code_pages_are_clean_with_the_whole_lists(open_page, look_at):
    world = World()
    call_command("load_codes", verbosity=0)
    page = open_page()
    session = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(world.system_admin)}
    page.context.add_cookies([{**session, "url": open_page.url}])
    for name, address in addresses().items():
        page.goto(address)
        look_at(page, name)
    page.goto(reverse("code-list-upload", args=[LIST]))
    bad = {"name": "bad.csv", "mimeType": "text/csv", "buffer": "code,name\n1,甲\n1,乙\n2,\n".encode()}
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("button", name="检查文件").click()
    page.locator("[data-error-summary]").wait_for()
    look_at(page, "upload-bad")

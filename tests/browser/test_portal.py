"""The portal's pages in a real browser: axe-clean, nothing wider than the screen, and usable on a phone."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from keyi.catalogue.models import Download, Notice
from keyi.records.models import Instrument
from keyi.review.workflow import perform
from tests.catalogue.documents import publish_instrument, publish_unit
from tests.factories import add_photo, make_instrument
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# at 320 pixels in English, whose words are longer; in Chinese test_axe_everywhere asks
PLAIN = ("guide", "faq", "privacy", "terms", "accessibility", "site-map", "notices", "downloads", "unit-list")


@pytest.fixture
def world(settings, tmp_path, transactional_db) -> World:
    """A published unit with an instrument that has a photo, a notice and a download."""
    settings.MEDIA_ROOT = tmp_path
    world = World()
    publish_unit(world)
    world.instrument = publish_with_photo(world)
    world.notice = Notice.objects.create(title="填报通知", body="# 时间\n\n- 三月\n- 四月", is_published=True)
    Download.objects.create(title="平台申请书", kind="docx", size=2048, order=1, file="x.docx")
    return world


def publish_with_photo(world: World) -> Instrument:
    record = make_instrument(world, status="approved", technical="分辨率：0.007 nm\n波长：166～847 nm")
    add_photo(world, record, width=800, height=600)
    perform(record, "publish", world.reviewer)
    return record


def addresses(world: World) -> dict[str, str]:
    return {
        "home": reverse("home"),
        "search": reverse("instrument-list") + "?q=光谱&share=external&city=430100",
        "no-result": reverse("instrument-list") + "?q=没有这个&city=430100",
        "instrument": reverse("instrument", args=[world.instrument.code]),
        "unit": reverse("unit", args=[world.university.uscc]),
        "notice": reverse("notice", args=[world.notice.pk]),
        "gone": reverse("instrument", args=["43000"]),
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_portal_pages_are_clean_at_every_width(world, open_page, look_at, live_server, language):
    page = open_page()
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
    page.context.add_cookies([cookie])
    plain = {name: reverse(name) for name in PLAIN} if language == "en" else {}
    for name, address in (addresses(world) | plain).items():
        page.goto(address)
        look_at(page, f"portal-{name}-{language}")
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_staff_pages_are_clean_at_every_width(world, open_page, look_at, live_server):
    page = open_page()
    client = Client()
    client.force_login(world.reviewer)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    part = ["notices", world.notice.pk]
    for name, arguments in (
        ("content", []),
        ("content-add", ["downloads"]),
        ("content-edit", part),
        ("content-delete", part),
    ):
        page.goto(reverse(name, args=arguments))
        look_at(page, f"portal-{name}")


def test_a_visitor_finds_an_instrument_on_a_phone(world, open_page):
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto("/")
    page.get_by_label("搜索仪器").fill("iCAP 6300")
    page.get_by_role("button", name="搜索").click()
    page.wait_for_load_state()
    page.locator("details.k-drawer > summary").click()
    page.get_by_label("外部共享").check()
    page.get_by_role("button", name="查看 1 台结果").click()
    page.get_by_role("link", name="电感耦合等离子体发射光谱仪").click()
    expect(page.locator("h1")).to_have_text("电感耦合等离子体发射光谱仪 iCAP 6300")
    expect(page.locator(".k-gallery img").first).to_have_js_property("naturalWidth", 800)
    page.get_by_role("link", name="联系使用").click()
    expect(page.get_by_text("0731-88005678")).to_be_visible()


def test_statistics_are_drawn(world, open_page, look_at):
    publish_instrument(world, division=world.yuetang, inventory_number="B2", started_on=dt.date(2015, 1, 1))
    page = open_page()
    page.goto("/statistics/")
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    look_at(page, "statistics")
    assert page.locator("[data-chart] svg").count() == page.locator("[data-chart]:not([hidden])").count() > 1


def test_statistics_read_without_script(world, open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/statistics/")
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.locator("[data-chart]").first).to_be_hidden()

"""Every page of the site in Chromium at both widths: no axe violation, nothing wider than the screen."""

from collections.abc import Iterator
from itertools import groupby

import pytest
from django.conf import settings
from playwright.sync_api import Error, Page

from tests.objects import Objects
from tests.pages import Address, Clients, addresses

from .checks import keep_axe, violations, violations_again
from .conftest import WIDTHS

NARROW = 320  # WCAG 1.4.10
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def is_page(page: Page, address: Address) -> bool:
    """Opens it. True for a whole page: no download, no picture, no piece of a page."""
    try:
        response = page.goto(address.url)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    assert response is not None
    assert response.status in (200, 410), address
    return response.headers.get("content-type", "").startswith("text/html") and "<html" in response.text()


def faults(page: Page, address: Address) -> Iterator[tuple[object, ...]]:
    for width, look in ((NARROW, None), (WIDTHS[0], violations), (WIDTHS[1], violations_again)):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield (address.row, width, f"{wide} pixels wide")
        for rule in look(page) if look else []:
            yield (address.row, width, rule["id"], rule["nodes"][:3])


def test_every_page_passes_axe_and_fits_the_screen(open_page):
    objects = Objects()
    clients = Clients(objects, settings.LANGUAGE_CODE)
    seen, found = 0, []
    everyones = sorted(addresses(objects), key=lambda address: address.person)
    for person, theirs in groupby(everyones, lambda address: address.person):
        page = open_page()
        cookies = [(name, morsel.value) for name, morsel in clients[person].cookies.items()]
        keep_axe(page)
        page.goto("/healthz")
        page.context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in cookies])
        for address in theirs:
            said = len(open_page.problems)
            if is_page(page, address):
                seen += 1
                found += faults(page, address)
            else:
                del open_page.problems[said:]  # Chromium lays out a picture with a style of its own
    assert found == []
    assert seen > 100

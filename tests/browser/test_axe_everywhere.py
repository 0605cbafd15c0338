"""Every page of the site in Chromium at both widths: no axe violation, nothing wider than the screen."""

from collections.abc import Iterator
from itertools import groupby

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.objects import Objects
from tests.pages import Address, Clients, addresses

from .checks import violations
from .conftest import WIDTHS

NARROW = 320  # WCAG 1.4.10
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def is_page(clients: Clients, address: Address) -> bool:
    """A whole page: no download, no picture, no piece of a page."""
    response = clients[address.person].get(address.url)
    kind = response.headers.get("Content-Type", "")
    return kind.startswith("text/html") and not response.streaming and b"<html" in response.content


def faults(page: Page, address: Address) -> Iterator[tuple[object, ...]]:
    for width in (NARROW, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield (address.row, width, f"{wide} pixels wide")
        if width != NARROW:
            for rule in violations(page):
                yield (address.row, width, rule["id"], rule["nodes"][:3])


def test_every_page_passes_axe_and_fits_the_screen(open_page):
    objects = Objects()
    clients = Clients(objects, settings.LANGUAGE_CODE)
    pages = [address for address in addresses(objects) if is_page(clients, address)]
    found = []
    for person, theirs in groupby(sorted(pages, key=lambda address: address.person), lambda a: a.person):
        page = open_page()
        cookies = [(name, morsel.value) for name, morsel in clients[person].cookies.items()]
        page.goto("/healthz")
        page.context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in cookies])
        for address in theirs:
            response = page.goto(address.url)
            assert getattr(response, "status", 0) in (200, 410), address
            found += faults(page, address)
    assert found == []

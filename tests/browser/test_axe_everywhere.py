"""Every page of the site in Chromium, wide and narrow: no axe violation, nothing wider than the screen.

The frame around a page, with the menus, is the same on all pages of a person, so it is asked about on the first.
"""

from collections.abc import Iterator
from itertools import groupby

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.objects import Objects
from tests.pages import Address, Clients, addresses

from .checks import frame_of, keep_axe, violations
from .conftest import WIDTHS

NARROW = 320  # WCAG 1.4.10; as a phone of 390, where the stylesheet knows no other width
WIDE = WIDTHS[0]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def faults(page: Page, address: Address, *, with_frame: bool) -> Iterator[tuple[object, ...]]:
    """At the width at which the page was opened, then at the other, which the next one is opened at."""
    assert page.viewport_size
    widths = (NARROW, WIDE) if page.viewport_size["width"] == NARROW else (WIDE, NARROW)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield (address.row, width, f"{wide} pixels wide")
        for rule in violations(page, with_frame=with_frame):
            yield (address.row, width, rule["id"], rule["nodes"][:3])


def test_every_page_passes_axe_and_fits_the_screen(open_page):
    objects = Objects()
    clients = Clients(objects, settings.LANGUAGE_CODE)
    seen, found, frames = 0, [], set()
    everyones = sorted(addresses(objects), key=lambda address: address.person)
    for person, theirs in groupby(everyones, lambda address: address.person):
        page = open_page()
        cookies = [(name, morsel.value) for name, morsel in clients[person].cookies.items()]
        keep_axe(page)
        page.goto("/healthz")
        page.context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in cookies])
        for address in theirs:
            response = page.goto(address.url)
            assert response is not None
            assert response.status in (200, 410), address
            frame = (person, frame_of(page))
            found += faults(page, address, with_frame=frame not in frames)
            frames.add(frame)
            seen += 1
    assert found == []
    assert seen > 100

"""A real Chromium for the tests of this folder, and a look at a page at both widths."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.checks import violations

WIDTHS = (1280, 390)
SHOTS = os.environ.get("KEYI_SHOTS")  # a folder: every look also leaves a screenshot there
STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"
PATIENCE = 30_000  # milliseconds: a busy machine is slow, not wrong
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--renderer-process-limit=1", "--in-process-gpu",
         "--disable-site-isolation-trials"]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        own = os.environ.get("KEYI_CHROMIUM")
        path = own or shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Opener:
    """``open_page()`` is a fresh visitor's page; ``problems`` is what the pages' consoles complained of."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def __call__(self, **options: Any) -> Page:
        # without motion: scrolling smoothly before each click takes long
        usual = {"base_url": self.url, "locale": "zh-CN", "reduced_motion": "reduce"}
        context = self.browser.new_context(**usual | options)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        return page


@pytest.fixture
def open_page(chromium, live_server) -> Iterator[Opener]:
    """Whatever the console complains of fails the test."""
    opener = Opener(chromium, live_server.url)
    yield opener
    for context in opener.contexts:
        context.close()
    # A form that was refused answers 422 and the browser notes that in the console.
    assert [problem for problem in opener.problems if "status of 4" not in problem] == []


@pytest.fixture
def look_at() -> Callable[[Page, str], None]:
    """At both widths nothing wider than the screen and one h1; no axe violation of what no address leads to.

    What axe says of every address at both widths is asked in test_axe_everywhere; here of forms that were refused.
    """

    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()  # a click returns as soon as the next page begins to arrive
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (
                f"{name} is too wide at {width}"
            )
            assert page.locator("h1").count() == 1, name
            is_asked = width == WIDTHS[0] and page.evaluate(STATUS) != 200
            found = violations(page) if is_asked else []
            assert [(rule["id"], rule["nodes"]) for rule in found] == [], f"{name} at {width}"
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    return look

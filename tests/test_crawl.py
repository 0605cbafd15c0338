"""Every role follows every link and sends every form it meets, with hostile words in each field.

Nothing may end in an error of the server, and no markup that was typed may come back as markup: neither in the answer
nor on the page that the answer leads to.
"""

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.objects import Objects, client_of

SCRIPT = "<script>alert(7)</script>"
HOSTILE = f"\"'>{SCRIPT}{{{{7*7}}}}%00\\u202e😀"
PEOPLE = ("visitor", "unit_admin", "lab_manager", "reviewer", "system_admin", "auditor", "security_admin")
STARTS = ("/", "/register/", "/login/", "/password/", "/instruments/?q=ICP", "/api/docs/")
INSIDE = ("/work/", "/review/", "/account/")  # the rest is the same for everybody
LEFT_OUT = {"logout", "set-language", "large-text", "demo-login"}
TYPED = {"text", "search", "email", "url", "tel", "number", "date", "time", "month", "password", "hidden", ""}


class Found(NamedTuple):
    """A form as a page offers it: where it goes, and what a browser would send with each of its buttons."""

    method: str
    url: str
    fields: dict[str, Any]
    typed: tuple[str, ...]


def is_page(response: Any) -> bool:
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")


class Crawler:
    def __init__(self, person: str, client: Client) -> None:
        self.person, self.client = person, client
        client.raise_request_exception = False
        self.seen: set[tuple] = set()
        self.pages = self.forms = 0
        self.wrong: list[tuple] = []

    def walk(self) -> None:
        waiting = list(STARTS if self.person == "visitor" else INSIDE)
        while waiting:
            url = waiting.pop(0)
            if not self._is_new("GET", url):
                continue
            response = self._ask(url)
            if response.status_code == 302:
                waiting.append(self._local(url, response["Location"]))
            if not is_page(response) or not response.content.strip():
                continue
            self.pages += 1
            page = lxml.html.fromstring(response.content, base_url=url)
            waiting += [self._local(url, link) for link in page.xpath("//a/@href") if self._local(url, link)]
            for form in self._forms(page, url):
                self._send(form)

    def _is_new(self, method: str, url: str) -> bool:
        """Once for each view and each set of words after the question mark."""
        parts = urlsplit(url)
        if self.person != "visitor" and not parts.path.startswith(INSIDE):
            return False
        try:
            match = resolve(parts.path)
        except Resolver404:
            return False
        kind = (match.kwargs or {}).get("kind", "")
        key = (
            method,
            match.view_name,
            str(kind),
            tuple(sorted({name for name, _ in parse_qsl(parts.query)})),
        )
        if match.view_name in LEFT_OUT or key in self.seen:
            return False
        self.seen.add(key)
        return True

    @staticmethod
    def _local(page: str, link: str) -> str:
        parts = urlsplit(urljoin(page, link))
        return "" if parts.scheme or parts.netloc else parts._replace(fragment="").geturl()

    def _ask(self, url: str) -> Any:
        response = self.client.get(url)
        if response.status_code >= 500 and response.status_code != 503:
            self.wrong.append((self.person, "GET", url, response.status_code))
        return response

    def _forms(self, page: Any, url: str) -> Iterator[Found]:
        for form in page.forms:
            target = self._local(url, form.get("action") or url)
            if not target:
                continue
            typed = [
                one.name
                for one in form.inputs
                if one.name and one.name != "csrfmiddlewaretoken"
                and (one.tag == "textarea" or (one.tag == "input" and (one.type or "") in TYPED))
            ]  # fmt: skip
            fields: dict[str, Any] = {}
            for name, value in form.form_values():
                fields.setdefault(name, []).append(value)
            buttons = form.xpath('.//button[@type="submit" and @name]') or [None]
            for button in buttons[:4]:
                extra = {button.get("name"): button.get("value", "")} if button is not None else {}
                yield Found(form.method, target, fields | extra, tuple(typed))

    def _send(self, form: Found) -> None:
        what = str(form.fields.get("do", "")).partition(":")[0]  # “upload:photos” as “upload:manuals”
        if not self._is_new(form.method + what, urlsplit(form.url).path):
            return
        self.forms += 1
        self._post(form, form.fields | dict.fromkeys(form.typed, HOSTILE))
        self._post(form, dict.fromkeys({*form.fields, *form.typed} - {"do", "csrfmiddlewaretoken"}, HOSTILE)
                   | {name: form.fields[name] for name in ("do",) if name in form.fields})  # fmt: skip

    def _post(self, form: Found, data: dict[str, Any]) -> None:
        cookies = self.client.cookies.copy()
        with transaction.atomic():
            send = self.client.post if form.method == "POST" else self.client.get
            response = send(form.url, data)
            self._look(form, response)
            if response.status_code == 302 and (target := self._local(form.url, response["Location"])):
                self._look(form, self.client.get(target))
            transaction.set_rollback(True)
        self.client.cookies = cookies

    def _look(self, form: Found, response: Any) -> None:
        if response.status_code >= 500:
            self.wrong.append((self.person, form.method, form.url, response.status_code))
        if is_page(response) and SCRIPT.encode() in response.content:
            self.wrong.append((self.person, form.method, form.url, "markup comes back"))


@pytest.fixture
def crawler(unchanged: Objects, request) -> Crawler:
    return Crawler(request.param, client_of(unchanged, request.param))


@pytest.mark.parametrize("crawler", PEOPLE, indirect=True)
def test_no_link_and_no_form_breaks_for_anybody(crawler):
    crawler.walk()
    print(f"\n{crawler.person}: {crawler.pages} pages, {crawler.forms} forms", file=sys.stderr)
    assert crawler.wrong == []
    assert (crawler.pages > 4, crawler.forms > 3) == (True, True)

"""Every address of the site as a visitor, as each role, as the administrator of another unit and a sibling laboratory.

The table is written by hand from what each role may do; an address without a row fails the test.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.objects import Objects, client_of
from tests.pages import everyones
from tests.test_language import english_words, is_page_in, of_the_data
from tests.url_table import NO_PAGES, PEOPLE, TABLE
from tools import stylesheet


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its name, in its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name or ''}", pattern


def answer(response) -> str:
    if response.status_code == 302:
        return "in" if response.headers["Location"].startswith(reverse("login")) else "go"
    return str(response.status_code)


def test_every_address_has_a_row():
    unnamed = [str(pattern.pattern) for _name, pattern in patterns() if not pattern.name]
    names = {name for name, _pattern in patterns()}
    rows = {row.partition(" ")[0] for row in TABLE}
    assert (unnamed, names - rows, rows - names) == ([], set(), set())


class Visits(NamedTuple):
    """What one person was answered at every address: codes, and pages where there was one; both by row."""

    person: str
    codes: dict[str, str]
    pages: dict[str, str]


@pytest.fixture(scope="module", params=PEOPLE)
def visits(objects, request, django_db_blocker, tmp_path_factory) -> Visits:
    """Opened once for all tests that look at what came."""
    arguments, found = objects.arguments(), Visits(request.param, {}, {})
    own_index = override_settings(SEARCH_FOLDER=tmp_path_factory.mktemp("search"))
    with own_index, django_db_blocker.unblock(), transaction.atomic():
        client = client_of(objects, request.param)
        for row in TABLE:
            response = client.get(reverse(row.partition(" ")[0], args=arguments.get(row, [])))
            found.codes[row] = answer(response)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                found.pages[row] = response.content.decode()
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def data(objects, django_db_blocker) -> str:
    with django_db_blocker.unblock():
        return of_the_data()


def test_each_address_answers_each_person_as_the_table_says(visits):
    column = PEOPLE.index(visits.person)
    expected = {row: codes.split()[column] for row, codes in TABLE.items()}
    assert {row: code for row, code in visits.codes.items() if code != expected[row]} == {}


def test_pages_are_chinese_and_have_no_english_but_names(visits, objects, data):
    rows = [address.row for address in everyones(objects) if address.person == visits.person]
    pages = {row: visits.pages[row] for row in rows if row in visits.pages}
    assert [row for row, html in pages.items() if not is_page_in("zh-CN", html)] == []
    left = {(row, *found) for row, html in pages.items() for found in english_words(html, data)}
    assert sorted(left) == []


def test_what_is_no_page_is_listed(visits):
    column = PEOPLE.index(visits.person)
    shown = {row for row, codes in TABLE.items() if codes.split()[column] in ("200", "410")}
    whole = {row for row, html in visits.pages.items() if "<html" in html}
    assert shown - whole == shown & NO_PAGES


def test_stylesheet_has_every_class_of_tabler_that_a_page_names(visits):
    whole, used = (
        stylesheet.classes(path.read_text("utf-8")) for path in (stylesheet.WHOLE, stylesheet.USED)
    )
    named = {
        name
        for html in visits.pages.values()
        for value in re.findall(r'class="([^"]*)"', html)
        for name in value.split()
    }
    assert len(named & used) > 5
    assert named & (whole - used) == set()


def posts(objects: Objects, person: str, rows: list[str]) -> dict[str, str]:
    arguments, client = objects.arguments(), client_of(objects, person)
    return {
        row: answer(client.post(reverse(row.partition(" ")[0], args=arguments.get(row, []))))
        for row in rows
        if not row.startswith("register")
    }


def test_visitor_is_asked_to_sign_in_before_anything_is_changed(unchanged):
    behind = [row for row, codes in TABLE.items() if codes.startswith("in ")]
    got = posts(unchanged, "visitor", behind)
    assert {row: code for row, code in got.items() if code not in ("in", "405")} == {}


@pytest.mark.parametrize("person", ["stranger", "sibling", "auditor", "security_admin"])
def test_what_is_closed_to_somebody_is_not_changed_by_them(unchanged, person):
    objects = unchanged
    closed = [row for row, codes in TABLE.items() if codes.split()[PEOPLE.index(person)] in ("403", "404")]
    got = posts(objects, person, [*closed, "inbox-message", "record-step draft", "lab-step"])
    assert {row: code for row, code in got.items() if code not in ("403", "404", "405")} == {}
    assert (got["inbox-message"], got["record-step draft"], got["lab-step"]) == ("404", "404", "404")
    assert (got["record-edit draft"], got["review-record waiting"]) == ("404", "404")
    objects.message.refresh_from_db()
    assert objects.message.read_at is None

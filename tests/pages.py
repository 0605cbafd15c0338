"""Every page of the site that can be opened, with the person who may see it and with data on it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from django.test import Client
from django.urls import reverse

from tests.objects import Objects, client_of
from tests.url_table import NO_PAGES, PEOPLE, TABLE

PREFERRED = (
    "visitor", "unit_admin", "system_admin", "reviewer", "lab_manager", "stranger", "auditor", "security_admin",
    "sibling",
)  # fmt: skip
SAID = ("left", "over", "none", "some", "chosen", "failed")  # by the script of the page
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr", "path", "circle", "rect", "line", "source", "col"}
SPOKEN = ("aria-label", "title", "alt", "placeholder", "data-n", *(f"data-{name}" for name in SAID))


class Address(NamedTuple):
    row: str
    person: str
    url: str


ALIKE = {
    "lab_manager": "unit_admin",
    "sibling": "unit_admin",
    "auditor": "system_admin",
    "security_admin": "system_admin",
}


def everyones(objects: Objects) -> Iterator[Address]:
    """Each page for each person who may be shown it otherwise than another; 410: of a link that is none."""
    arguments = objects.arguments()
    for row, codes in TABLE.items():
        answers = dict(zip(PEOPLE, codes.split(), strict=True))
        for person, answer in answers.items():
            is_seen = answers.get(ALIKE.get(person, "")) == answer
            if answer in ("200", "410") and not is_seen:
                yield Address(row, person, reverse(row.partition(" ")[0], args=arguments.get(row, [])))


def addresses(objects: Objects) -> list[Address]:
    """Each whole page once, for the first person of PREFERRED who is shown it."""
    best: dict[str, Address] = {}
    pages = [address for address in everyones(objects) if address.row not in NO_PAGES]
    for address in sorted(pages, key=lambda found: PREFERRED.index(found.person)):
        best.setdefault(address.row, address)
    return list(best.values())


class Clients:
    """``clients[person]`` is a browser signed in as that person, asking in one language."""

    def __init__(self, objects: Objects, language: str) -> None:
        self._objects, self._language = objects, language
        self._made: dict[str, Client] = {}

    def __getitem__(self, person: str) -> Client:
        if person not in self._made:
            client = client_of(self._objects, person)
            client.cookies["django_language"] = self._language
            self._made[person] = client
        return self._made[person]


class Text(NamedTuple):
    """A piece of a page as a reader meets it. ``language`` is what the nearest element declares."""

    text: str
    language: str
    is_plain: bool  # no element around it could declare a language: an attribute, an option, the title


class Reader(HTMLParser):
    """Collects the texts of a page: ``Reader.of(html)``."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.texts: list[Text] = []

    @classmethod
    def of(cls, html: str) -> list[Text]:
        reader = cls()
        reader.feed(html)
        return reader.texts

    @property
    def language(self) -> str:
        return self.stack[-1][1] if self.stack else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        language = values.get("lang") or self.language
        self.texts += [Text(values[name] or "", language, True) for name in SPOKEN if name in values]
        if tag not in VOID:
            self.stack.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and tag in [name for name, _ in self.stack]:
            if self.stack.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        tag = self.stack[-1][0] if self.stack else ""
        if data.strip() and tag not in ("script", "style"):
            self.texts.append(Text(data.strip(), self.language, tag in ("option", "title", "textarea")))

"""What the index holds of a public copy, and how it is written.

``Document.found_by`` says it, and the kinds of records write it:

    {"title": [name, English name], "model": [...], "class": [...], "maker": [...], "about": [...], "place": [...],
     "facets": {"class": ["010000", "010100"], "place": ["430100", "430104"], …},
     "value": 88.6, "is_open": true}

A copy without it is found by its title and text.
"""

from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import tantivy

from . import sounds
from .models import Document
from .segment import atoms, canonical, han_runs, normalise, words
from .thesaurus import Thesaurus

VERSION = 6  # change it with anything here or in segment.py: every index is then built anew

# How much a word counts where it stands.
WEIGHTS = {"title": 4.0, "model": 5.0, "class": 2.0, "maker": 2.5, "about": 1.0, "place": 1.0}
SPOKEN = ("title", "class", "maker", "place")  # also found by pinyin
NO_CONCEPTS = ("model", "place")
MAKERS = ("maker", "title")
FACETS = (
    "class", "place", "unit", "nature", "platform", "subject", "share", "value", "origin", "country", "year", "status",
    "fee", "type",
)  # fmt: skip
LEVELS = ("class", "place")  # several values a record, the widest first: only that one is counted
# Counted together, as one column of their combinations: fewer passes over the records, and few hundred combinations.
TOGETHER = (
    ("share", "status", "fee", "nature"), ("class", "place"), ("value", "year"), ("country", "origin", "platform"),
    ("subject",),
)  # fmt: skip
MANY = (
    "unit",
)  # thousands of values, of which few are shown: looking up so many words takes longer than counting
NOTHING = ""
BETWEEN, AND = "\x1e", "\x1f"  # within a combination: between filters, and between the values of one
OPEN_PUSH, NEW_PUSH = 0.10, 0.05
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
YEARS = 10  # within which a copy counts as newer or older
MAX_TEXT = 5_000  # characters of one field


@cache
def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_text_field("kind", tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("all", tokenizer_name="whitespace", index_option="basic")
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("sound", "letters"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("exact_title", "exact_model"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(facet(name), tokenizer_name="raw", fast=True, index_option="basic")
    for name in (*map(combination, TOGETHER), *map(path, LEVELS)):
        builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
    for name in ("value", "hours", "push"):
        builder.add_float_field(name, fast=True)
    builder.add_integer_field("published", fast=True)
    return builder.build()


def facet(name: str) -> str:
    return f"f_{name}"


def combination(names: tuple[str, ...]) -> str:
    """The field these filters are counted by together."""
    return "c_" + "_".join(names)


def path(name: str) -> str:
    """The field a filter of LEVELS is counted by with all its levels."""
    return f"p_{name}"


def combined(values: dict[str, list[str]], names: tuple[str, ...]) -> str:
    """What a record says to all of these filters, as one word; ``apart`` takes it apart again."""
    return BETWEEN.join(AND.join(values[name][:1] if name in LEVELS else values[name]) for name in names)


@lru_cache(maxsize=20_000)
def apart(word: str) -> tuple[tuple[str, ...], ...]:
    """The values of each filter of a combination, in its order."""
    return tuple(tuple(said.split(AND)) for said in word.split(BETWEEN))


def exact(text: str) -> str:
    """A name as it is compared with a whole question."""
    return canonical(text)


def entry(document: Document, thesaurus: Thesaurus) -> tantivy.Document:
    """The copy as the index takes it."""
    said = document.found_by or {"title": [document.title], "about": [document.text]}
    row = tantivy.Document()
    row.add_unsigned("id", document.pk)
    row.add_text("kind", document.kind)
    every: set[str] = set()
    heard: set[str] = set()
    for name in WEIGHTS:
        texts = [normalise(text[:MAX_TEXT]) for text in said.get(name, []) if text]
        found = {word for text in texts for word in words_of(text, name, thesaurus)}
        if found:
            row.add_text(name, " ".join(sorted(found)))
        every |= found
        if name in SPOKEN:
            heard.update(run for text in texts for run in han_runs(text))
    row.add_text("all", " ".join(sorted(every)))
    row.add_text("sound", " ".join({word for run in heard for word in sounds.sound_words(run)}))
    row.add_text("letters", " ".join({word for run in heard for word in sounds.letter_words(run)}))
    for name in ("title", "model"):
        for text in said.get(name, []):
            row.add_text(f"exact_{name}", exact(text))
    _add_numbers(row, document, said)
    return row


def words_of(text: str, name: str, thesaurus: Thesaurus) -> set[str]:
    """The words of one normalised text. A model number is no place for abbreviations: CT-4008 is no CT."""
    pieces = atoms(text)
    found = words(pieces, over_blanks=name == "model")
    if name in NO_CONCEPTS:
        return found
    return found | thesaurus.concepts(pieces, with_makers=name in MAKERS)


def _add_numbers(row: tantivy.Document, document: Document, said: dict[str, Any]) -> None:
    facets = said.get("facets", {})
    # Nothing is a value as well: a column in which every record has one is counted faster.
    values = {name: list(dict.fromkeys(facets.get(name) or [NOTHING])) for name in FACETS}
    for name in FACETS:
        for value in values[name]:
            row.add_text(facet(name), value)
    for names in TOGETHER:
        row.add_text(combination(names), combined(values, names))
    for name in LEVELS:
        row.add_text(path(name), AND.join(values[name]))
    row.add_float("value", float(said.get("value") or 0))
    row.add_float("hours", last_hours(document))
    row.add_float("push", push(document, is_open=bool(said.get("is_open"))))
    row.add_integer("published", int(document.published_at.timestamp() * 1_000_000))


def last_hours(document: Document) -> float:
    """服务机时 of the last year that was reported."""
    if not document.hours:
        return 0.0
    year = document.hours[max(document.hours)]
    return float(year.get("run") or 0) if isinstance(year, dict) else 0.0


def push(document: Document, *, is_open: bool) -> float:
    """What the relevance is multiplied by: a little more for what is open to everybody and for what is new."""
    age = (document.published_at - EPOCH).days / (365 * YEARS)
    return 1 + OPEN_PUSH * is_open + NEW_PUSH * min(max(age, 0.0), 1.0)

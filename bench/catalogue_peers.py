"""The same questions asked of PostgreSQL: full-text over the same segmented words with GIN, and ILIKE.

Both count, sort one page and count every filter, as the engine does.
"""

import time

from django.db import connection

from keyi.search import schema, thesaurus
from keyi.search.index import engine
from keyi.search.models import Document
from keyi.search.question import Reader
from keyi.search.segment import normalise

MAKE = """
    CREATE UNLOGGED TABLE bench_words (id bigint PRIMARY KEY, words tsvector, title text, published timestamptz)
"""
BATCH = 5000
COPIES = Document.objects.filter(kind="instruments").defer("content").order_by("pk")
FILTERS = [name for name in schema.FACETS if name != "type"]


def make() -> float:
    """Fill the peer's table from the public copies. Seconds."""
    started = time.perf_counter()
    words, last = thesaurus.current(), 0
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
        while batch := list(COPIES.filter(pk__gt=last)[:BATCH]):
            with cursor.copy("COPY bench_words (id, words, title, published) FROM STDIN") as copy:
                for document in batch:
                    copy.write_row(_row(document, words))
            last = batch[-1].pk
        cursor.execute("CREATE INDEX ON bench_words USING gin (words)")
        cursor.execute("ANALYZE bench_words")
    return time.perf_counter() - started


def _row(document: Document, words: thesaurus.Thesaurus) -> tuple:
    found: set[str] = set()
    for name in schema.WEIGHTS:
        for text in document.found_by.get(name, []):
            found |= schema.words_of(normalise(text), name, words)
    quoted = " ".join("'" + word.replace("\\", "").replace("'", "''") + "'" for word in sorted(found) if word)
    return document.pk, quoted, document.title, document.published_at


def full_text(text: str, chosen: dict[str, list[str]]) -> None:
    """Page, count and all filters by GROUP BY."""
    where, values = _chosen(chosen)
    if query := _tsquery(text):
        where, values = [*where, "w.words @@ %s::tsquery"], [*values, query]
    order = "ts_rank(w.words, %s::tsquery) DESC, d.id DESC" if query else "w.published DESC"
    _ask(
        "search_document d JOIN bench_words w ON w.id = d.id", where, values, order, [query] if query else []
    )


def like(text: str, chosen: dict[str, list[str]]) -> None:
    where, values = _chosen(chosen)
    for word in normalise(text).split():
        where, values = [*where, "d.text ILIKE %s"], [*values, f"%{word}%"]
    _ask("search_document d", where, values, "d.published_at DESC", [])


def _ask(tables: str, where: list[str], values: list, order: str, more: list) -> None:
    condition = " AND ".join(["d.kind = 'instruments'", *where])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id FROM {tables} WHERE {condition} ORDER BY {order} LIMIT 20", [*values, *more]
        )
        cursor.fetchall()
        cursor.execute(f"SELECT count(*) FROM {tables} WHERE {condition}", values)
        cursor.fetchall()
        for name in FILTERS:
            column = f"jsonb_array_elements_text(d.found_by->'facets'->'{name}')"
            cursor.execute(
                f"SELECT {column} AS v, count(*) FROM {tables} WHERE {condition} GROUP BY v", values
            )
            cursor.fetchall()


def _chosen(chosen: dict[str, list[str]]) -> tuple[list[str], list]:
    where, values = [], []
    for name, codes in chosen.items():
        where.append(f"d.found_by->'facets'->'{name}' ?| %s")
        values.append(codes)
    return where, values


def _tsquery(text: str) -> str:
    """The words that the engine's reader makes of it, as far as full-text knows such words."""
    view = engine().view()
    parts = []
    for word in Reader(view.searcher, view.thesaurus).read(text).words:
        ways = [way.tokens for way in word.ways if way.where == "all"]
        if ways:
            parts.append(
                "(" + " | ".join("(" + " & ".join(f"'{t}'" for t in tokens) + ")" for tokens in ways) + ")"
            )
    return " & ".join(parts)

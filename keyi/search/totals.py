"""Sums over all public copies of a kind, each way of grouping in the same pass over the table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.core.cache import cache
from django.db import connection, models
from django.db.models import Max

from .models import Document, Withdrawal

Made = TypeVar("Made")
KEPT = 60  # seconds; sooner when a copy with a higher number is seen
# name → what is grouped by: the first value of a filter is its widest, 大类 and 市州
GROUPS = {
    "class": "found_by->'facets'->'class'->>0",
    "city": "found_by->'facets'->'place'->>0",
    "nature": "found_by->'facets'->'nature'->>0",
    "share": "found_by->'facets'->'share'->>0",
    "value": "found_by->'facets'->'value'->>0",
    "origin": "found_by->'facets'->'origin'->>0",
    "year": "found_by->'facets'->'year'->>0",
    "joined": "to_char(first_published_at AT TIME ZONE 'Asia/Shanghai', 'YYYY')",
}


@dataclass(frozen=True)
class Total:
    """``value_wan`` in 10,000 CNY."""

    number: int = 0
    value_wan: Decimal = Decimal(0)


@dataclass(frozen=True)
class YearHours:
    """Hours of all instruments that were reported for the year."""

    year: str
    number: int
    run: Decimal
    ext: Decimal


@dataclass(frozen=True)
class Totals:
    whole: Total
    groups: dict[str, dict[str, Total]]  # name of GROUPS → code → total; what says nothing is under ""
    hours: list[YearHours]


def totals(kind: str) -> Totals:
    return kept(f"totals-{kind}", lambda: Totals(*_grouped(kind, list(GROUPS)), _hours(kind)))


def kept(name: str, make: Callable[[], Made]) -> Made:
    """What ``make`` counts over the public copies: for a minute, and no longer than until a change of any is seen."""
    key = f"{name}:{_last(Document)}:{_last(Withdrawal)}"
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT)
    return found


def _last(model: type[models.Model]) -> int:
    """The highest number that can be seen. One given to a transaction that has not ended yet does not count."""
    return model._default_manager.aggregate(last=Max("revision"))["last"] or 0


def _grouped(kind: str, names: Iterable[str]) -> tuple[Total, dict[str, dict[str, Total]]]:
    names = list(names)
    columns = ", ".join(f"{GROUPS[name]} AS {name}_" for name in names)
    keys = ", ".join(f"{name}_" for name in names)
    sets = ", ".join(f"({name}_)" for name in names)
    sql = (
        f"SELECT GROUPING({keys}), {keys}, count(*), coalesce(sum(value), 0)"  # noqa: S608  names of this module
        f" FROM (SELECT {columns}, nullif(facets->>'value', '')::numeric AS value"
        f" FROM search_document WHERE kind = %s) AS copies GROUP BY GROUPING SETS ({sets}, ())"
    )
    groups: dict[str, dict[str, Total]] = {name: {} for name in names}
    whole = Total()
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind])
        for mask, *codes, number, value in cursor.fetchall():
            place = _only_grouped(mask, len(names))
            if place is None:
                whole = Total(number, value)
            else:
                groups[names[place]][codes[place] or ""] = Total(number, value)
    return whole, groups


def _only_grouped(mask: int, width: int) -> int | None:
    """Which column this row is grouped by: the one whose bit in GROUPING is not set."""
    bits = [place for place in range(width) if not mask >> (width - 1 - place) & 1]
    return bits[0] if bits else None


def _hours(kind: str) -> list[YearHours]:
    sql = (
        "SELECT year, count(*), sum((row->>'run')::numeric), sum((row->>'ext')::numeric)"
        " FROM search_document, jsonb_each(hours) AS each(year, row) WHERE kind = %s AND hours <> '{}'"
        " GROUP BY year ORDER BY year"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind])
        return [
            YearHours(year, number, run or Decimal(0), ext or Decimal(0)) for year, number, run, ext in cursor
        ]

"""Every number on the home page: each is made of grouped queries over the public copies, never typed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, DecimalField, QuerySet, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, NullIf

from keyi.search.models import Document
from keyi.search.totals import kept

from .places import TILES, city_name

INSTRUMENTS = "instruments"
INSTITUTIONS = "institutions"
PLATFORMS = "platforms"
DARK_STEPS = (0.025, 0.05, 0.085, 0.5)  # shares of the largest number at which a tile grows darker


@dataclass
class Figures:
    """What is published now. ``value_wan`` in 10,000 CNY; cities and classes by code."""

    instruments: int = 0
    value_wan: Decimal = Decimal(0)
    cities: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)


def value_wan() -> Cast:
    """The original value as a number, to sort and to add up."""
    return Cast(NullIf(KT("facets__value"), Value("")), DecimalField(max_digits=14, decimal_places=2))


def instrument_figures() -> Figures:
    return kept("figures", _figures)


def _figures() -> Figures:
    """One grouped query: as many rows as there are different (city, class)."""
    rows = (
        Document.objects.filter(kind=INSTRUMENTS)
        .order_by()
        .values_list(KT("facets__city"), KT("facets__class"))
        .annotate(number=Count("pk"), value=Sum(value_wan()))
    )
    figures = Figures()
    for city, klass, number, value in rows:
        figures.instruments += number
        figures.value_wan += value or 0
        figures.cities[bare_code(city)] += number
        figures.classes[bare_code(klass)] += number
    return figures


def count_units() -> int:
    return Document.objects.filter(kind=INSTITUTIONS).count()


def count_platforms() -> int:
    return Document.objects.filter(kind=PLATFORMS).count()


def bare_code(key: str | None) -> str:
    """ "division:430100" → "430100"."""
    return (key or "").rpartition(":")[2]


def city_tiles(cities: Counter[str]) -> list[dict]:
    """The 14 cities in the order of the tile map, each with its number and one of five depths."""
    most = max(cities.values(), default=0)
    return [
        {"code": code, "name": city_name(code), "number": cities[code], "depth": _depth(cities[code], most)}
        for code in TILES
    ]


def _depth(number: int, most: int) -> int:
    return 1 + sum(number > most * step for step in DARK_STEPS)


def newest_instruments(number: int) -> QuerySet[Document]:
    return Document.objects.public(INSTRUMENTS).defer("text")[:number]


def rank(counter: Counter[str], codes: Iterable[str]) -> list[str]:
    """Codes by number, the largest first; equal ones in the order of the list."""
    return sorted(codes, key=lambda code: -counter[code])

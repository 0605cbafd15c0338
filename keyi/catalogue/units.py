"""The published units and what they share."""

from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT

from keyi.search.models import Document
from keyi.search.totals import kept

from .figures import INSTITUTIONS, INSTRUMENTS
from .find import Ranked, ranked


def find(*, q: str = "", city: str = "", nature: str = "") -> QuerySet[Document] | Ranked:
    """Units by city and kind: those that answer ``q`` best first, else in the order they were published."""
    found = Document.objects.public(INSTITUTIONS).defer("text")
    facets = {"city": f"division:{city}"} if city else {}
    if nature:
        facets["nature"] = nature
    return ranked(found.filter(facets__contains=facets) if facets else found, INSTITUTIONS, q)


def instruments_of(slug: str) -> QuerySet[Document]:
    return Document.objects.public(INSTRUMENTS).filter(facets__contains={"unit": slug}).defer("text")


def instruments_per_unit(slugs: list[str]) -> dict[str, int]:
    """How many published instruments each of these units has."""
    numbers = kept("instruments-per-unit", _instruments_per_unit)
    return {slug: numbers[slug] for slug in slugs if slug in numbers}


def _instruments_per_unit() -> dict[str, int]:
    rows = Document.objects.filter(kind=INSTRUMENTS).order_by().values_list(KT("facets__unit"))
    return dict(rows.annotate(number=Count("pk")))

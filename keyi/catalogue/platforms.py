"""The published innovation platforms and testing institutions, and the instruments that belong to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.fields.json import KT

from keyi.codes.models import CodeItem
from keyi.search.models import Document

from .figures import INSTRUMENTS, PLATFORMS, value_wan
from .find import Ranked, ranked


@dataclass(frozen=True)
class Holdings:
    """What belongs to one platform: how many sets, and their value in 10,000 CNY."""

    number: int = 0
    value_wan: Decimal = Decimal(0)


def find(asked: Mapping[str, str]) -> QuerySet[Document] | Ranked:
    """Platforms by city, level and type: those that answer q best first, else the newest first."""
    found = Document.objects.public(PLATFORMS).defer("text")
    wanted = {name: asked[name] for name in ("level", "type") if asked.get(name)}
    if city := asked.get("city"):
        wanted["city"] = f"division:{city}"
    return ranked(found.filter(facets__contains=wanted) if wanted else found, PLATFORMS, asked.get("q", ""))


def types() -> list[tuple[str, str]]:
    """(key, words) of the types that are on the portal now, in the list's order."""
    used = Document.objects.filter(kind=PLATFORMS).order_by().values_list(KT("facets__type"), flat=True)
    items = CodeItem.objects.filter(pk__in=set(used)).order_by("order", "code")
    return [(item.key, item.name) for item in items]


def instruments_of(slug: str) -> QuerySet[Document]:
    return Document.objects.public(INSTRUMENTS).filter(facets__contains={"platform": [slug]}).defer("text")


def holdings(slug: str) -> Holdings:
    """Counted over the public copies, never typed."""
    found = Document.objects.filter(kind=INSTRUMENTS, facets__contains={"platform": [slug]})
    sums = found.aggregate(number=Count("pk"), value=Sum(value_wan()))
    return Holdings(sums["number"], sums["value"] or Decimal(0))


def instruments_per_platform(slugs: list[str]) -> dict[str, int]:
    """How many published instruments each of these platforms has, in one query."""
    any_of = Q(pk__in=[])
    for slug in slugs:  # containments, which the index answers
        any_of |= Q(facets__contains={"platform": [slug]})
    rows = Document.objects.filter(any_of, kind=INSTRUMENTS).values_list("facets__platform", flat=True)
    numbers = dict.fromkeys(slugs, 0)
    for listed in rows:
        for slug in listed:
            if slug in numbers:
                numbers[slug] += 1
    return numbers


def named_by(document: Document) -> list[Document]:
    """The platforms an instrument belongs to, as far as they are on the portal now."""
    slugs = document.content.get("platforms") or []
    if not slugs:
        return []
    return list(Document.objects.filter(kind=PLATFORMS, slug__in=slugs).defer("text").order_by("title"))

"""Finding instruments in the public copies: words, filters with counts, order. PostgreSQL does the work."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT, KeyTextTransform
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.choices import UnitNature
from keyi.codes.models import CodeItem, CodeList
from keyi.records.choices import ShareMode
from keyi.records.content import search_text
from keyi.search.models import Document

from .figures import INSTRUMENTS, value_wan
from .places import CITIES

SHOWN_AT_ONCE = 5
MAX_WORDS = 10
FEES = {"listed": _("With listed prices"), "negotiable": pgettext_lazy("fee", "By agreement")}
SORTS = {"newest": _("Newest"), "value": _("Original value")}


@dataclass(frozen=True)
class Group:
    """One filter: its name in the address, the facet it reads, and what stands before the code there."""

    name: str
    label: str | Promise
    prefix: str = ""

    def path(self) -> KeyTextTransform:
        return KT(f"facets__{self.name}")

    def matches(self, values: list[str]) -> Q:
        """Any of the values; every branch is a containment that the GIN index answers."""
        wanted = Q()
        for value in values:
            wanted |= Q(facets__contains={self.name: f"{self.prefix}{value}"})
        return wanted


GROUPS = (
    Group("class", _("Instrument class"), f"{CodeList.INSTRUMENT_CLASS}:"),
    Group("city", pgettext_lazy("filter", "City or prefecture"), f"{CodeList.DIVISION}:"),
    Group("share", _("Sharing")),
    Group("fee", pgettext_lazy("filter", "Fees")),
    Group("nature", pgettext_lazy("filter", "Kind of unit")),
)
Labels = Mapping[str, Mapping[str, Any]]


def labels() -> Labels:
    """What may be chosen, group by group, with its words: {"city": {"430100": "长沙"}}."""
    return {
        "class": class_labels(),
        "city": dict(CITIES),
        "share": dict(ShareMode.choices),
        "fee": dict(FEES),
        "nature": dict(UnitNature.choices),
    }


def class_labels() -> dict[str, str]:
    """The 大类 by code, in the list's order."""
    items = CodeItem.objects.filter(code_list=CodeList.INSTRUMENT_CLASS, level=1).order_by("order", "code")
    return {item.code: item.name for item in items}


def with_words(q: str) -> QuerySet[Document]:
    """Instruments in whose text every word of ``q`` occurs."""
    found = Document.objects.filter(kind=INSTRUMENTS)
    for word in search_text(q).split()[:MAX_WORDS]:
        found = found.filter(text__contains=word)
    return found


def narrow(found: QuerySet[Document], chosen: dict[str, list[str]]) -> QuerySet[Document]:
    for group in GROUPS:
        if chosen.get(group.name):
            found = found.filter(group.matches(chosen[group.name]))
    return found


def in_order(found: QuerySet[Document], sort: str) -> QuerySet[Document]:
    """A stable order: the last key is unique."""
    if sort == "value":
        return found.order_by(value_wan().desc(nulls_last=True), "-published_at", "-pk")
    return found.order_by("-published_at", "-pk")


def count_options(found: QuerySet[Document], chosen: dict[str, list[str]]) -> dict[str, Counter[str]]:
    """How many each option would give, in one query. A group's own choice does not count against it."""
    rows = found.order_by().values_list(*(group.path() for group in GROUPS)).annotate(number=Count("pk"))
    counts: dict[str, Counter[str]] = {group.name: Counter() for group in GROUPS}
    for *values, number in rows:
        codes = [
            (value or "").removeprefix(group.prefix) for group, value in zip(GROUPS, values, strict=True)
        ]
        refused = [
            group.name
            for group, code in zip(GROUPS, codes, strict=True)
            if chosen.get(group.name) and code not in chosen[group.name]
        ]
        for group, code in zip(GROUPS, codes, strict=True):
            if code and (not refused or refused == [group.name]):
                counts[group.name][code] += number
    return counts


def filters(chosen: dict[str, list[str]], counts: dict[str, Counter[str]], words: Labels) -> list[dict]:
    """The filters as the page shows them: chosen ones and the largest first, the rest behind “all”."""
    groups = []
    for group in GROUPS:
        picked, counter = chosen.get(group.name, []), counts[group.name]
        known = [code for code in words[group.name] if counter[code] or code in picked]
        if group.name in ("city", "class"):
            known.sort(key=lambda code: (code not in picked, -counter[code]))
        options = [
            {
                "value": code,
                "label": words[group.name][code],
                "number": counter[code],
                "checked": code in picked,
            }
            for code in known
        ]
        groups.append({
            "name": group.name, "label": group.label, "options": options[:SHOWN_AT_ONCE],
            "more": options[SHOWN_AT_ONCE:], "total": len(options),
        })  # fmt: skip
    return [group for group in groups if group["options"]]


def chips(query: QueryDict, q: str, chosen: dict[str, list[str]], words: Labels) -> list[dict]:
    """Every condition with the address that takes just it away."""
    found = [{"label": q, "url": _without(query, "q", q)}] if q else []
    for group in GROUPS:
        for code in chosen.get(group.name, []):
            found.append({"label": words[group.name][code], "url": _without(query, group.name, code)})
    return found


def _without(query: QueryDict, name: str, value: str) -> str:
    rest = query.copy()
    rest.pop("page", None)
    values = [] if name == "q" else [code for code in rest.getlist(name) if code != value]
    rest.setlist(name, values)
    return "?" + rest.urlencode()


def sort_links(query: QueryDict, current: str) -> list[dict]:
    links = []
    for name, words in SORTS.items():
        rest = query.copy()
        rest.pop("page", None)
        rest["sort"] = name
        links.append({"label": words, "url": "?" + rest.urlencode(), "is_current": name == current})
    return links

"""The filters of the instrument list: what may be chosen, under which words, and how many each would leave."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from keyi.accounts.choices import UnitNature
from keyi.codes.models import CodeItem, CodeList, reads_english
from keyi.core.labels import Label
from keyi.records.choices import PlatformLevel, RunStatus, ShareMode
from keyi.search.counting import FEW, OPTIONS
from keyi.search.find import Answer
from keyi.search.models import Document

from .figures import INSTITUTIONS, INSTRUMENTS, city_tiles
from .places import CITIES
from .rows import option_rows

SHOWN_AT_ONCE = 5
SHOWN_FOLDED = 15  # these included; more stand on a page of their own
MAX_CHOSEN = 500
KEPT = 60  # seconds
FEES: dict[str, Label] = {
    "listed": _("With listed prices"),
    "negotiable": pgettext_lazy("fee", "By agreement"),
}
ORIGINS: dict[str, Label] = {"domestic": _("Made in China"), "imported": _("Imported")}
BANDS: dict[str, Label] = {
    "0-20": _("Below CNY 200,000"),
    "20-50": _("CNY 200,000 to 500,000"),
    "50-100": _("CNY 500,000 to 1 million"),
    "100-200": _("CNY 1 to 2 million"),
    "200-500": _("CNY 2 to 5 million"),
    "500-1000": _("CNY 5 to 10 million"),
    "1000-": _("CNY 10 million and more"),
}
Words = Mapping[str, Any]
Names = Callable[[Iterable[str]], dict[str, Label]]
Counts = dict[str, Counter[str]]
_CODE = re.compile(r"[0-9A-Za-z-]{1,20}")


def _from(choices: Words) -> Names:
    return lambda codes: {code: choices[code] for code in codes if code in choices}


def _unit_names(codes: Iterable[str]) -> dict[str, Label]:
    """By the unit's own page; else as its instruments say."""
    wanted = set(codes)
    copies = Document.objects.filter(kind=INSTITUTIONS, slug__in=wanted).values_list("slug", "title")
    names: dict[str, Label] = dict(copies)
    if missing := wanted - names.keys():
        said = Document.objects.filter(kind=INSTRUMENTS, facets__unit__in=missing).order_by()
        names |= dict(said.values_list("facets__unit", "content__unit__name").distinct())
    return names


def _years(codes: Iterable[str]) -> dict[str, Label]:
    return {code: code for code in codes if len(code) == 4 and code.isdigit()}


def _no_names(_codes: Iterable[str]) -> dict[str, Label]:
    return {}


def _no_code(_code: str) -> str:
    return ""


@dataclass(frozen=True)
class Group:
    """One filter. ``name`` in the address, ``facet`` of the index; its words from a code list or by ``names``."""

    name: str
    label: Label
    names: Names = _no_names
    code_list: str = ""
    facet: str = ""
    order: tuple[str, ...] = ()  # of the options; else the most frequent first
    wider: Callable[[str], str] = _no_code  # the code above, empty at the top
    is_newest_first: bool = False

    @property
    def field(self) -> str:
        return self.facet or self.name


def _wider_class(code: str) -> str:
    if code.endswith("0000"):
        return ""
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def _wider_place(code: str) -> str:
    return "" if code.endswith("00") else f"{code[:4]}00"


def _labels(choices: type[models.TextChoices]) -> dict[str, Label]:
    return dict(choices.choices)


GROUPS = (
    Group("class", _("Instrument class"), code_list=CodeList.INSTRUMENT_CLASS, wider=_wider_class),
    Group(
        "city",
        pgettext_lazy("filter", "City or prefecture"),
        _from(CITIES),
        CodeList.DIVISION,
        "place",
        wider=_wider_place,
    ),
    Group("unit", pgettext_lazy("filter", "Unit"), _unit_names),
    Group("nature", pgettext_lazy("filter", "Kind of unit"), _from(_labels(UnitNature))),
    Group("platform", pgettext_lazy("filter", "Innovation platform"), _from(_labels(PlatformLevel))),
    Group("subject", pgettext_lazy("filter", "Subject"), code_list=CodeList.SUBJECT),
    Group("share", _("Sharing"), _from(_labels(ShareMode)), order=tuple(ShareMode.values)),
    Group("value", _("Original value"), _from(BANDS), order=tuple(BANDS)),
    Group("origin", pgettext_lazy("filter", "Domestic or imported"), _from(ORIGINS), order=tuple(ORIGINS)),
    Group("country", pgettext_lazy("filter", "Country of origin"), code_list=CodeList.COUNTRY),
    Group("year", pgettext_lazy("filter", "Year of first use"), _years, is_newest_first=True),
    Group(
        "status",
        pgettext_lazy("filter", "Running state"),
        _from(_labels(RunStatus)),
        order=tuple(RunStatus.values),
    ),
    Group("fee", pgettext_lazy("filter", "Fees"), _from(FEES), order=tuple(FEES)),
)
NAMES = frozenset(group.name for group in GROUPS)
Chosen = dict[str, dict[str, Label]]  # group → code → its words


def words_for(codes: dict[str, list[str]]) -> Chosen:
    """The words of codes, group by group, in one query for all code lists. What has none is left out."""
    if not any(codes.values()):
        return {group.name: {} for group in GROUPS}
    known = {group.name: group.names(codes[group.name]) if codes.get(group.name) else {} for group in GROUPS}
    keys = {
        f"{group.code_list}:{code}": (group.name, code)
        for group in GROUPS
        if group.code_list
        for code in codes.get(group.name, [])
        if code not in known[group.name]
    }
    listed = CodeItem.objects.filter(pk__in=keys).order_by() if keys else CodeItem.objects.none()
    for key, label, label_en in listed.values_list("key", "label", "label_en"):
        name, code = keys[key]
        known[name][code] = (label_en or label) if reads_english() else label
    return {
        name: {code: words[code] for code in codes.get(name, []) if code in words}
        for name, words in known.items()
    }


def chosen_in(query: QueryDict) -> Chosen:
    """What the address asks for, as far as it exists: addresses are typed, shared and outdated."""
    typed = {group.name: list(dict.fromkeys(query.getlist(group.name)))[:MAX_CHOSEN] for group in GROUPS}
    return words_for(
        {name: [code for code in codes if _CODE.fullmatch(code)] for name, codes in typed.items()}
    )


def values_of(chosen: Chosen) -> dict[str, list[str]]:
    """For the index."""
    return {group.field: list(chosen[group.name]) for group in GROUPS if chosen.get(group.name)}


@dataclass(frozen=True)
class Shown:
    """The filters as the page shows them, each with its first options."""

    groups: list[dict]
    html: SafeString

    def __bool__(self) -> bool:
        return bool(self.groups)


def options(chosen: Chosen, answer: Answer) -> Shown:
    """What has no option is left out. Kept with the answer for a minute: words change when a list is replaced."""
    language, now = get_language(), time.monotonic()
    made, shown = answer.shown.get(language, (0.0, None))
    if shown is None or now - made > KEPT:
        groups = _named([_tally(group, chosen, answer.counts) for group in GROUPS], SHOWN_FOLDED)
        shown = Shown(groups, render_to_string("catalogue/parts/filter_groups.html", {"groups": groups}))
        answer.shown[language] = (now, shown)
    return shown


def all_options(name: str, chosen: Chosen, counts: Counts) -> dict:
    """One filter with everything that can be chosen in it."""
    group = next(group for group in GROUPS if group.name == name)
    tally = _tally(group, chosen, counts)
    return _group(tally, words_for({name: tally.shown(None)})[name], None)


@dataclass
class Tally:
    """What of one filter can be shown: the codes at the top, and those below the ones that are opened."""

    group: Group
    picked: dict[str, Label]
    counter: Counter[str]
    tops: list[str]
    below: dict[str, list[str]]

    def shown(self, most: int | None) -> list[str]:
        tops = self.tops[:most]
        return [*tops, *(code for wider in self.below for code in self.below[wider])]


def _tally(group: Group, chosen: Chosen, counts: Counts) -> Tally:
    picked, counter = chosen.get(group.name, {}), counts.get(group.field, Counter())
    opened = _opened(group, picked)
    tops: list[str] = []
    below: dict[str, list[str]] = {}
    for code in _sorted(group, {*counter, *picked}, opened, counter):
        wider = group.wider(code)
        if not wider:
            tops.append(code)
        elif wider in opened or code in picked:
            below.setdefault(wider, []).append(code)
    return Tally(group, picked, counter, tops, below)


def _opened(group: Group, picked: dict[str, Label]) -> set[str]:
    return {wider for code in picked for wider in _above(group, code)} | picked.keys()


def _named(tallies: list[Tally], most: int | None) -> list[dict]:
    words = words_for({tally.group.name: tally.shown(most) for tally in tallies})
    groups = [_group(tally, words[tally.group.name], most) for tally in tallies]
    return [group for group in groups if group["options"]]


def _group(tally: Tally, names: dict[str, Label], most: int | None) -> dict:
    found = [_option(tally, code, names) for code in tally.tops[:most] if code in names]
    first, more = found[:SHOWN_AT_ONCE], found[SHOWN_AT_ONCE:]
    name = tally.group.name
    return {
        "name": name, "label": tally.group.label, "total": len(tally.tops), "options": first, "more": more,
        "rows": option_rows(name, first), "more_rows": option_rows(name, more),
        "is_partial": len(tally.tops) >= (OPTIONS if most is None else FEW),
        "is_cut": len(tally.tops) > len(tally.tops[:most]),
    }  # fmt: skip


def _option(tally: Tally, code: str, names: dict[str, Label]) -> dict:
    below = tally.below.get(code, [])
    return {
        "value": code,
        "label": names[code],
        "number": tally.counter[code],
        "checked": code in tally.picked,
        "below": [_option(tally, other, names) for other in below if other in names],
    }


def _sorted(group: Group, codes: Iterable[str], opened: set[str], counter: Counter[str]) -> list[str]:
    if group.order:
        return sorted(set(codes) & set(group.order), key=group.order.index)
    if group.is_newest_first:
        return sorted(codes, reverse=True)
    return sorted(codes, key=lambda code: (code not in opened, -counter[code], code))


def _above(group: Group, code: str) -> list[str]:
    found = []
    while code := group.wider(code):
        found.append(code)
    return found


def tiles(query: QueryDict, chosen: Chosen, counts: Counts) -> list[dict]:
    """The map of the cities with the counts of the city filter; each tile adds or takes away its city."""
    picked = chosen.get("city", {})
    pairs = [(name, value) for name, values in query.lists() if name != "page" for value in values]
    rest = urlencode([pair for pair in pairs if pair[0] != "city"])
    cities = query.getlist("city")
    found: list[dict] = [dict(tile) for tile in city_tiles(counts.get("place", Counter()))]
    for tile in found:
        codes = [code for code in cities if code != tile["code"]]
        wanted = urlencode({"city": codes if tile["code"] in picked else [*codes, tile["code"]]}, doseq=True)
        tile |= {"url": "?" + "&".join(filter(None, [rest, wanted])), "is_chosen": tile["code"] in picked}
    return found


def chips(query: QueryDict, q: str, chosen: Chosen) -> list[dict]:
    """Every condition with the address that takes just it away."""
    found: list[dict] = [{"label": q, "url": _without(query, "q", q)}] if q else []
    for group in GROUPS:
        for code, label in chosen.get(group.name, {}).items():
            found.append({"label": label, "url": _without(query, group.name, code)})
    return found


def _without(query: QueryDict, name: str, value: str) -> str:
    rest = query.copy()
    rest.pop("page", None)
    values = [] if name == "q" else [code for code in rest.getlist(name) if code != value]
    rest.setlist(name, values)
    return "?" + rest.urlencode()

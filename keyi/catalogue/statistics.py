"""The public statistics: what is shared where, by whom, of what kind and value. Public copies only."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from keyi.core.labels import Label
from keyi.search.totals import Total, Totals, totals

from .figures import INSTRUMENTS
from .filters import GROUPS, words_for

ORDERED_BY_CODE = frozenset({"year", "joined"})  # the others: as the filter orders them, or the largest first
NAMES: dict[str, Label] = {
    "city": gettext_lazy("By city or prefecture"),
    "class": gettext_lazy("By class of instrument"),
    "nature": gettext_lazy("By kind of unit"),
    "value": gettext_lazy("By original value"),
    "year": gettext_lazy("By year of first use"),
    "joined": gettext_lazy("By year of publication here"),
    "share": gettext_lazy("By sharing"),
    "origin": gettext_lazy("Domestic and imported"),
}
HOURS = "hours"


@dataclass(frozen=True)
class Row:
    """One line of a table: words, then figures."""

    label: Label
    figures: list[Any]


@dataclass(frozen=True)
class Table:
    """One table with its drawing. The first two figures are drawn."""

    name: str
    label: Label
    headings: list[Label]
    rows: list[Row]
    is_line: bool = False


def all_tables() -> tuple[Total, list[Table]]:
    found = totals(INSTRUMENTS)
    words = words_for({name: list(groups) for name, groups in found.groups.items() if name != "joined"})
    tables = [_table(name, found, words.get(name, {})) for name in NAMES]
    return found.whole, [table for table in [*tables, _hours(found)] if table.rows]


def table_of(name: str) -> Table | None:
    return next((table for table in all_tables()[1] if table.name == name), None)


def _table(name: str, found: Totals, words: dict[str, Label]) -> Table:
    groups = found.groups[name]
    rows = [
        Row(words.get(code, code) if code else _("Not said"), [groups[code].number, groups[code].value_wan])
        for code in _in_order(name, groups)
    ]
    return Table(name, NAMES[name], _headings(name), rows, is_line=name in ORDERED_BY_CODE)


def _in_order(name: str, groups: dict[str, Total]) -> Iterable[str]:
    """What says nothing comes last."""
    order = next((group.order for group in GROUPS if group.name == name), ())
    if order:
        return sorted(groups, key=lambda code: (not code, order.index(code) if code in order else len(order)))
    if name in ORDERED_BY_CODE:
        return sorted(groups, key=lambda code: (not code, code))
    return sorted(groups, key=lambda code: (not code, -groups[code].number, code))


def _headings(name: str) -> list[Label]:
    first: Label = next((group.label for group in GROUPS if group.name == name), _("Year"))
    return [first, pgettext("statistics", "Instruments (sets)"), _("Original value (10,000 CNY)")]


def _hours(found: Totals) -> Table:
    headings: list[Label] = [
        _("Year"), _("Running hours"), _("Hours for others"), _("Instruments that reported"), _("Share for others (%)"),
    ]  # fmt: skip
    rows = [Row(row.year, [row.run, row.ext, row.number, _percent(row.ext, row.run)]) for row in found.hours]
    return Table(HOURS, gettext_lazy("Hours of the last years"), headings, rows)


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole * 100).quantize(Decimal("0.1")) if whole else None

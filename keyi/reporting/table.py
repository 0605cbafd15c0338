"""The tree of progress as lines of a table, for the page and for Excel."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyi.accounts.models import OrgUnit

from .progress import Branch, Counts

MOST_OPEN = 100  # lines: a longer table starts folded
OPEN = "open"
WIDTHS = (30, 30, 10, 10, 10, 10, 10, 10)


@dataclass(frozen=True)
class Line:
    """``toggle`` is the address that folds or unfolds the lines below; ``url`` leads to the instruments."""

    name: str
    counts: Counts
    key: int
    is_top: bool = False
    is_open: bool = False
    toggle: str = ""
    url: str = ""


class Folding:
    """Which branches are unfolded: those the address names, else all of a short table and none of a long one."""

    def __init__(self, query: QueryDict, branches: list[Branch], *, most: int = MOST_OPEN) -> None:
        self._base = query.copy()
        self._base.pop(OPEN, None)
        keys = [branch.unit.pk for branch in branches if branch.children]
        is_short = len(branches) + sum(len(branch.children) for branch in branches) <= most
        if OPEN in query:
            asked = set(query.getlist(OPEN))
            self.opened = [key for key in keys if str(key) in asked]
        else:
            self.opened = keys if is_short or len(branches) == 1 else []

    def toggle(self, key: int) -> str:
        """The address that turns this branch over, and comes back to its line."""
        opened = [one for one in self.opened if one != key]
        if key not in self.opened:
            opened.append(key)
        query = self._base.copy()
        query.setlist(OPEN, [str(one) for one in opened] or [""])
        return f"?{query.urlencode()}#line-{key}"


def lines(branches: list[Branch], folding: Folding, url: Callable[[OrgUnit], str]) -> list[Line]:
    found = []
    for branch in branches:
        key = branch.unit.pk
        is_open = key in folding.opened
        found.append(
            Line(
                branch.unit.name, branch.counts, key, is_top=True, is_open=is_open,
                toggle=folding.toggle(key) if branch.children else "", url=url(branch.unit),
            )
        )  # fmt: skip
        if is_open:
            found += [
                Line(child.unit.name, child.counts, child.unit.pk, url=url(child.unit))
                for child in branch.children
            ]
            if branch.direct.total:
                found.append(Line(_("Directly at the department"), branch.direct, 0))
    return found


def headings(top: str, leaf: str) -> list[str]:
    return [
        top,
        leaf,
        pgettext("upkeep", "To keep up"),
        pgettext("upkeep", "Done"),
        _("Only operation missing"),
        _("Only staff missing"),
        _("Nothing done"),
        _("Done (%)"),
    ]


def sheet_rows(branches: list[Branch], total: Counts) -> Iterator[list[Any]]:
    """Everything unfolded, with the sum at the end."""
    for branch in branches:
        yield _sheet_row(branch.unit.name, "", branch.counts)
        for child in branch.children:
            yield _sheet_row(branch.unit.name, child.unit.name, child.counts)
        if branch.children and branch.direct.total:
            yield _sheet_row(branch.unit.name, _("Directly at the department"), branch.direct)
    yield _sheet_row(pgettext("table", "Total"), "", total)


def _sheet_row(top: str, leaf: str, counts: Counts) -> list[Any]:
    figures = [counts.total, counts.done, counts.staff, counts.operation, counts.none]
    return [top, leaf, *figures, counts.percent if counts.total else None]

"""How far the upkeep of a year is: counted in one query, added up along the tree. Every figure comes from here."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.records.models import Instrument

from .states import COUNTS, due, with_state

L = OrgUnit.Level
SLOW = 50  # percent: below it the bar is amber


@dataclass(frozen=True)
class Counts:
    """Instruments of a year by state. ``staff``: only the operation is missing; ``operation``: only the people."""

    total: int = 0
    done: int = 0
    staff: int = 0
    operation: int = 0
    none: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in Counts.__annotations__))

    @property
    def open(self) -> int:
        return self.total - self.done

    @property
    def percent(self) -> int:
        """Rounded, but 100 only when all is done and 0 only when nothing is."""
        if not self.total or self.done in (0, self.total):
            return 100 if self.total and self.done == self.total else 0
        return min(max(round(100 * self.done / self.total), 1), 99)

    @property
    def tone(self) -> str:
        """The colour of the bar."""
        if self.total and self.done == self.total:
            return "k-full"
        return "k-alt" if self.percent < SLOW else ""

    def has(self, state: str) -> bool:
        """Whether a table narrowed to ``state`` shows this row; every row when it is not narrowed."""
        return not state or getattr(self, state) > 0


def add_up(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())


@dataclass(frozen=True)
class Branch:
    """A node with what is at it or below. ``direct`` is what lies at the node itself, beside its children."""

    unit: OrgUnit
    counts: Counts
    direct: Counts = field(default_factory=Counts)
    children: tuple["Branch", ...] = ()


def count_by(column: str, user: User, year: int, **narrow: Any) -> dict[int, Counts]:
    """{id in ``column`` (unit or institution): counts} of what the user may see. One query, two narrow indexes."""
    instruments = Instrument.objects.for_user(user, Capability.VIEW).filter(**narrow)
    rows = with_state(due(instruments, year), year).order_by().values(column).annotate(**COUNTS)
    return {row.pop(column): Counts(**row) for row in rows}


def unit_tree(user: User, institution: OrgUnit, year: int) -> list[Branch]:
    """The visible departments of a 法人单位 with their laboratories, in the unit's order. Two queries."""
    counts = count_by("unit", user, year, institution=institution)
    labs = OrgUnit.objects.for_user(user, Capability.VIEW).filter(
        path__startswith=institution.path, level__in=[L.DEPARTMENT, L.LAB]
    )
    nodes = labs.only("name", "path", "parent", "level", "is_active").order_by("order", "pk")
    return _grow(list(nodes), counts)


def province_tree(user: User, year: int) -> list[Branch]:
    """The visible cities with their units, in the order of the list of divisions. Two queries."""
    counts = count_by("institution", user, year)
    units = OrgUnit.objects.for_user(user, Capability.VIEW).filter(level__in=[L.CITY, L.INSTITUTION])
    nodes = units.only("name", "path", "parent", "level", "is_active").order_by("order", "pk")
    return _grow(list(nodes), counts)


def _grow(nodes: list[OrgUnit], counts: dict[int, Counts]) -> list[Branch]:
    """Two levels; a node whose parent is not among them stands on top."""
    below: dict[int | None, list[OrgUnit]] = {}
    known = {node.pk for node in nodes}
    for node in nodes:
        below.setdefault(node.parent_id if node.parent_id in known else None, []).append(node)
    found = []
    for top in below.get(None, []):
        leaves = [Branch(node, counts.get(node.pk, Counts())) for node in below.get(top.pk, [])]
        direct = counts.get(top.pk, Counts())
        total = direct + add_up(leaf.counts for leaf in leaves)
        found.append(Branch(top, total, direct, tuple(leaf for leaf in leaves if _shows(leaf))))
    return [branch for branch in found if _shows(branch)]


def _shows(branch: Branch) -> bool:
    """A laboratory in use is listed even with nothing to keep up; a 法人单位 only with something."""
    is_listed = branch.unit.is_active and branch.unit.level != L.INSTITUTION
    return is_listed or branch.counts.total > 0


def narrow(
    branches: list[Branch], *, top: str = "", leaf: str = "", state: str = "", word: str = ""
) -> list[Branch]:
    """Only one top node or one leaf (ids as text), leaves with the word in their name, or what has instruments in
    the state. A state leaves the figures of a row as they are; the other conditions add them up again.
    """
    found = []
    for branch in branches:
        if top and str(branch.unit.pk) != top:
            continue
        if not branch.children and _meets(branch, leaf, word):
            found.append(branch)
        elif leaf or word:
            children = tuple(child for child in branch.children if _meets(child, leaf, word))
            total = add_up(child.counts for child in children)
            found += [Branch(branch.unit, total, Counts(), children)] if children else []
        else:
            found.append(branch)
    return _in_state(found, state)


def _meets(branch: Branch, leaf: str, word: str) -> bool:
    return (not leaf or str(branch.unit.pk) == leaf) and word.casefold() in branch.unit.name.casefold()


def _in_state(branches: list[Branch], state: str) -> list[Branch]:
    return [
        replace(branch, children=tuple(child for child in branch.children if child.counts.has(state)))
        for branch in branches
        if branch.counts.has(state)
    ]

"""The two levels below a 法人单位: reading them with counts, ordering, switching off, what prevents deleting."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.records.models import Instrument

L = OrgUnit.Level
LEVELS = (L.DEPARTMENT, L.LAB)


@dataclass
class Row:
    """One node with the instruments kept at it, and at it or below. ``first``/``last``: among its siblings."""

    lab: OrgUnit
    own: int
    total: int
    is_first: bool = False
    is_last: bool = False


def below(units: QuerySet) -> QuerySet:
    return units.filter(level__in=LEVELS)


def rows(unit: OrgUnit, user: User) -> list[Row]:
    """The visible part of the unit's tree: each department followed by its laboratories, in the unit's order."""
    labs = below(OrgUnit.objects.for_user(user, Capability.EDIT)).filter(path__startswith=unit.path)
    nodes = list(labs.order_by("order", "pk"))
    counts = _counts(unit)
    known = {lab.pk for lab in nodes}
    tops = [lab for lab in nodes if lab.parent_id not in known]
    found: list[Row] = []
    for top in tops:
        children = [lab for lab in nodes if lab.parent_id == top.pk]
        total = counts.get(top.pk, 0) + sum(counts.get(child.pk, 0) for child in children)
        found.append(Row(top, counts.get(top.pk, 0), total, top is tops[0], top is tops[-1]))
        for child in children:
            number = counts.get(child.pk, 0)
            found.append(Row(child, number, number, child is children[0], child is children[-1]))
    return found


def _counts(unit: OrgUnit) -> dict[int, int]:
    instruments = Instrument.objects.filter(unit__path__startswith=unit.path).order_by()
    return dict(instruments.values_list("unit").annotate(number=Count("pk")))


def lock(node: OrgUnit) -> None:
    """Hold the whole tree of one 法人单位 until the transaction ends, so that two windows cannot tie it into a knot."""
    OrgUnit.objects.select_for_update().get(path=node.institution_path)


def close(lab: OrgUnit) -> None:
    """Switch off: nothing new can be entered here; what is there stays."""
    OrgUnit.objects.filter(pk=lab.pk).update(is_active=False)


def reopen(lab: OrgUnit) -> None:
    OrgUnit.objects.filter(pk=lab.pk).update(is_active=True)


def move_up(lab: OrgUnit) -> None:
    _move(lab, -1)


def move_down(lab: OrgUnit) -> None:
    _move(lab, 1)


def _move(lab: OrgUnit, step: int) -> None:
    """Change places with a sibling, and number all of them."""
    siblings = list(OrgUnit.objects.filter(parent=lab.parent_id).order_by("order", "pk"))
    place = siblings.index(lab)
    target = min(max(place + step, 0), len(siblings) - 1)
    siblings.insert(target, siblings.pop(place))
    for order, sibling in enumerate(siblings):
        OrgUnit.objects.filter(pk=sibling.pk).update(order=order)


def obstacles(lab: OrgUnit) -> list[str]:
    """What still hangs on the node, in words; empty when it may be deleted."""
    found = []
    if number := Instrument.objects.filter(unit=lab).count():
        found.append(ngettext("%(n)d instrument", "%(n)d instruments", number) % {"n": number})
    if number := OrgUnit.objects.filter(parent=lab).count():
        found.append(ngettext("%(n)d laboratory", "%(n)d laboratories", number) % {"n": number})
    if Membership.objects.filter(unit=lab).exists():
        found.append(_("an account"))
    return found

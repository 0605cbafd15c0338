"""The upper part of the organisation tree, made from the list of divisions: one province and its cities."""

from keyi.codes.models import CodeItem, CodeList

from .limits import one_at_a_time
from .models import OrgUnit

PROVINCE = "43"  # first two digits of the division codes of the province this platform serves


def counties() -> list[tuple[CodeItem, list[CodeItem]]]:
    """(city, its counties) of the province, in the list's order."""
    items = CodeItem.objects.in_use(CodeList.DIVISION).filter(code__startswith=PROVINCE)
    by_city: dict[str | None, list[CodeItem]] = {}
    for item in items.filter(level=3):
        by_city.setdefault(item.parent_id, []).append(item)
    return [(city, by_city[city.pk]) for city in items.filter(level=2) if city.pk in by_city]


def ensure_province() -> OrgUnit:
    """The province's node, made if missing together with one node for each of its cities. May be run again."""
    with one_at_a_time("org-tree"):
        divisions = CodeItem.objects.in_use(CodeList.DIVISION).filter(code__startswith=PROVINCE)
        province = OrgUnit.objects.filter(level=OrgUnit.Level.PROVINCE).first()
        if province is None:
            top = divisions.get(level=1)
            province = OrgUnit.objects.create(level=OrgUnit.Level.PROVINCE, name=top.label, division=top)
        known = set(OrgUnit.objects.filter(level=OrgUnit.Level.CITY).values_list("division_id", flat=True))
        for city in divisions.filter(level=2).exclude(pk__in=known):
            OrgUnit.objects.create(
                level=OrgUnit.Level.CITY, name=city.label, division=city, parent=province, order=city.order
            )
    return province


def city_node(county: CodeItem) -> OrgUnit:
    """The city's node under which a unit of this county stands."""
    city = OrgUnit.objects.filter(level=OrgUnit.Level.CITY, division_id=county.parent_id).first()
    if city is None:
        ensure_province()
        city = OrgUnit.objects.get(level=OrgUnit.Level.CITY, division_id=county.parent_id)
    return city

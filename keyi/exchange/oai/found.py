"""The records a harvester gets: public copies, and what is left of those that were removed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from keyi.codes.models import CodeItem, CodeList
from keyi.records.models import Instrument
from keyi.search.models import Document, Withdrawal

from .arguments import DOCUMENTS, REMOVED, OaiError, Selection, going_on

PAGE = 100
KIND = Instrument.record_kind
# set → the public copy's facet, and how its value begins
SETS = {"city": ("city", CodeList.DIVISION), "class": ("class", CodeList.INSTRUMENT_CLASS)}


def one(slug: str) -> Document | Withdrawal:
    """Raises OaiError."""
    row: Any = Document.objects.filter(kind=KIND, slug=slug).first()
    row = row or Withdrawal.objects.filter(kind=KIND, slug=slug).order_by("-revision").first()
    if row is None:
        raise OaiError("idDoesNotExist", "There is no record of this identifier.")
    return row


def page(chosen: Selection) -> tuple[list[Document | Withdrawal], Selection | None]:
    """The next records, and where to go on. Raises OaiError when there is not one."""
    rows: list[Any] = []
    part, following = chosen, None
    if chosen.part == DOCUMENTS:
        rows, following = _of(_documents(chosen), "updated_at", chosen)
        part = going_on(chosen, REMOVED)
    if following is None and len(rows) < PAGE and not chosen.chosen_set:  # what was removed is in no set
        more, following = _of(_removed(chosen), "at", part, PAGE - len(rows))
        rows += more
    elif following is None and not chosen.chosen_set and _of(_removed(chosen), "at", part, 1)[0]:
        following = part
    if not rows and chosen.part == DOCUMENTS and chosen.after == ("", 0):
        raise OaiError("noRecordsMatch", "No record answers these arguments.")
    return rows, following


def _of(rows: Any, column: str, chosen: Selection, most: int = PAGE) -> tuple[list[Any], Selection | None]:
    for name, moment in chosen.times.items():
        rows = rows.filter(**{f"{column}__{name}": moment})
    stamp, key = chosen.after
    if stamp:
        after = datetime.fromisoformat(stamp)
        rows = rows.filter(Q(**{f"{column}__gt": after}) | Q(**{column: after}, pk__gt=key))
    found = list(rows.order_by(column, "pk")[: most + 1])
    if len(found) <= most:
        return found, None
    last = found[most - 1]
    return found[:most], going_on(chosen, chosen.part, getattr(last, column).isoformat(), last.pk)


def _documents(chosen: Selection) -> Any:
    rows = Document.objects.filter(kind=KIND).defer("text", "found_by")
    if chosen.chosen_set:
        name, _dot, code = chosen.chosen_set.partition(".")
        facet, code_list = SETS.get(name, ("", ""))
        if not facet:
            raise OaiError("noRecordsMatch", "There is no such set.")
        rows = rows.filter(facets__contains={facet: f"{code_list}:{code}"})
    return rows


def _removed(chosen: Selection) -> Any:
    """The last removal of each that is not public again."""
    again = Document.objects.filter(kind=KIND, slug=OuterRef("slug"))
    later = Withdrawal.objects.filter(kind=KIND, slug=OuterRef("slug"), revision__gt=OuterRef("revision"))
    return Withdrawal.objects.filter(~Exists(again), ~Exists(later), kind=KIND).exclude(slug="")


def sets() -> Iterable[tuple[str, str]]:
    """(setSpec, name) of the cities and classes of the code lists."""
    cities = CodeItem.objects.in_use(CodeList.DIVISION).filter(level=2)
    classes = CodeItem.objects.in_use(CodeList.INSTRUMENT_CLASS).filter(level=1)
    for name, items in (("city", cities), ("class", classes)):
        yield from ((f"{name}.{item.code}", item.label) for item in items)


def sets_of(document: Document) -> list[str]:
    values = ((name, document.facets.get(facet, "")) for name, (facet, _list) in SETS.items())
    return [f"{name}.{value.rpartition(':')[2]}" for name, value in values if value]

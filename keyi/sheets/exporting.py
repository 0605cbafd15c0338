"""Lists as tables, in the same columns as their templates, so that an exported file can be imported again unchanged.

Written row by row: memory stays the same however many rows there are. Codes, labels and names are looked up once.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django import forms
from django.db import models
from django.utils import translation

from keyi.accounts.models import OrgUnit
from keyi.codes.fields import CodeField
from keyi.codes.models import CodeItem
from keyi.core.csvtext import safe_row
from keyi.core.rows import RowsField
from keyi.records.forms.instrument import LabChoiceField

from . import cells
from .columns import LANGUAGE, Column
from .sheet import Sheet

LABS = (OrgUnit.Level.DEPARTMENT, OrgUnit.Level.LAB)
CHUNK = 1_500
TOGETHER = 500  # lines of a text sent at once
Convert = Callable[[Any], Any]


def headings(sheet: Sheet) -> list[str]:
    return [column.heading for column in sheet.columns]


def rows(sheet: Sheet, found: models.QuerySet) -> Iterator[list[Any]]:
    """The objects of a queryset, one list of cells each."""
    with translation.override(LANGUAGE):
        plan = Plan(sheet, found.model)
    keys = found.order_by(*(found.query.order_by or ("-pk",))).values_list("pk", flat=True)
    batch: list[Any] = []
    for key in keys.iterator(chunk_size=CHUNK):
        batch.append(key)
        if len(batch) == CHUNK:
            yield from plan.read(batch)
            batch = []
    if batch:
        yield from plan.read(batch)


class Plan:
    """Which columns of the table fill which cells, and how each value becomes a cell."""

    def __init__(self, sheet: Sheet, model: type[models.Model]) -> None:
        self.model = model
        self.names: list[str] = []
        self.converts: list[Convert] = []
        self.linked: dict[str, Convert] = {}
        for column in sheet.columns:
            self._add(column, sheet.sources.get(column.name, column.name))

    def _add(self, column: Column, source: str) -> None:
        if source == column.name and self.model._meta.get_field(source).many_to_many:
            self.names.append("pk")
            self.linked[column.name] = _linked(column)
            self.converts.append(partial(self._link, column.name))
            return
        self.names.append(source)
        self.converts.append(_convert(column))

    def _link(self, name: str, key: int) -> str:
        return self.links[name].get(key, "")

    def read(self, keys: Sequence[int]) -> Iterator[list[Any]]:
        self.links = {name: _read_links(self.model, name, keys, shown) for name, shown in self.linked.items()}
        found = self.model._default_manager.filter(pk__in=keys).values_list("pk", *self.names)
        by_key = {values[0]: values for values in found}
        changed = [(place, one) for place, one in enumerate(self.converts) if one is not _as_it_is]
        for key in keys:
            if values := by_key.pop(key, None):
                row = list(values[1:])
                for place, convert in changed:
                    row[place] = convert(row[place])
                yield row


def _as_it_is(value: Any) -> Any:
    return value


def _nodes(levels: Sequence[str]) -> Convert:
    """Laboratories with their department, everything else of the tree by its name; other levels are left empty, as
    a draft without a laboratory stands at its unit."""
    found = (
        OrgUnit.objects.filter(level__in=levels).order_by().values_list("pk", "level", "name", "parent__name")
    )
    names = {
        key: f"{parent} / {name}" if level == OrgUnit.Level.LAB and parent else name
        for key, level, name, parent in found.iterator()
    }
    return lambda key: names.get(key, "")


def _linked(column: Column) -> Convert:
    """How the other end of a link is written: codes by label and code, the rest by name."""
    field = column.field
    if isinstance(field, CodeField):
        return _codes(field)
    model: Any = field.queryset.model  # type: ignore[attr-defined]
    names = dict(model._default_manager.values_list("pk", "name"))
    return lambda key: names.get(key, "")


def _codes(field: CodeField) -> Convert:
    items = CodeItem.objects.filter(code_list=field.code_list).select_related("parent")
    texts = {item.pk: cells.shown(field, item) for item in items}
    return lambda key: texts.get(key, "")


def _read_links(model: Any, name: str, keys: Sequence[int], shown: Convert) -> dict[int, str]:
    through = model._meta.get_field(name).remote_field.through
    here, there = (field.attname for field in through._meta.fields if field.is_relation)
    found: dict[int, list[str]] = {}
    links = through.objects.filter(**{f"{here}__in": keys}).order_by("pk").values_list(here, there)
    for key, other in links:
        found.setdefault(key, []).append(shown(other))
    return {key: "；".join(texts) for key, texts in found.items()}


def _convert(column: Column) -> Convert:
    field = column.field
    if isinstance(field, CodeField):
        return _codes(field)
    if isinstance(field, forms.ModelChoiceField):
        return _nodes(LABS if isinstance(field, LabChoiceField) else tuple(OrgUnit.Level))
    if isinstance(field, RowsField):
        return _rows(field)
    return _simple(field)


def _simple(field: forms.Field) -> Convert:
    if isinstance(field, forms.ChoiceField):
        labels: dict[Any, str] = {
            value: cells.shown(field, value) for value, _label in cells.pairs(field.choices)
        }
        return partial(_of_choice, labels | {True: cells.YES, False: cells.NO})
    if isinstance(field, forms.BooleanField):
        return lambda value: cells.YES if value else ""
    if isinstance(field, forms.DateTimeField | forms.TimeField):
        return partial(cells.shown, field)
    if isinstance(field, forms.DateField):
        return lambda value: str(value) if value else ""  # ISO, whether a date or the text of one
    return _as_it_is


def _rows(field: RowsField) -> Convert:
    """Rows inside a cell, as cells.shown writes them; how each part is written is found out once."""
    parts = [(key, _simple(one)) for key, one in field.widget.row_form_class.base_fields.items()]

    def line(row: dict[str, Any]) -> str:
        texts = [
            str(shown(value)).replace("|", "｜") if (value := row.get(key)) else "" for key, shown in parts
        ]
        while texts and not texts[-1]:
            texts.pop()
        return cells.BETWEEN.join(texts)

    return lambda value: "\n".join(map(line, value)) if value else ""


def _of_choice(labels: dict[Any, str], value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "；".join(labels.get(one, str(one)) for one in value)
    return labels.get(value, str(value))


def csv_lines(head: Sequence[str], body: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The mark Excel knows UTF-8 by, then the rows, some hundred at once."""
    yield codecs.BOM_UTF8
    rest = itertools.chain([head], body)
    while rows := list(itertools.islice(rest, TOGETHER)):
        text = io.StringIO()
        csv.writer(text).writerows(safe_row(row) for row in rows)
        yield text.getvalue().encode()

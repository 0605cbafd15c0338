"""The columns of a sheet, read from its form, so that a template cannot go stale. Headings are always Chinese."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.utils import translation

from keyi.core.labels import Label
from keyi.core.rows import RowsField
from keyi.core.text import normalise
from keyi.records.forms.fields import SlotField

LANGUAGE = "zh-hans"
REMARK = "导入说明"  # a column of templates, exports and reports that an import reads for one word only
EXAMPLE = "示例行，导入时跳过"
LONGEST = 200  # characters of a heading that are looked at
_BRACKETS = re.compile(r"[(（【\[].*?[)）】\]]")
_NOISE = re.compile(r"[\s*＊:：_\-—/／、]|必填|选填")


@dataclass(frozen=True)
class Part:
    """A piece of a field that may stand in a column of its own."""

    key: str
    heading: str
    names: frozenset[str]  # headings it is known by, in their plain form


@dataclass(frozen=True)
class Column:
    """One field of the form as a column."""

    name: str
    heading: str
    field: forms.Field
    is_mandatory: bool
    unit: str  # of money: “元”, “万元”, or none
    names: frozenset[str]  # headings it is known by, in their plain form
    parts: tuple[Part, ...] = ()


KnownAs = Mapping[str, tuple[str, ...]]  # field, or "field:part" → other headings


def columns_of(
    fields: Mapping[str, forms.Field],
    names: Iterable[str],
    mandatory: Iterable[str],
    known_as: KnownAs,
    parts: Mapping[str, tuple[tuple[str, str], ...]],
) -> tuple[Column, ...]:
    wanted = set(mandatory)
    with translation.override(LANGUAGE):
        return tuple(
            _column(name, fields[name], name in wanted, known_as, parts.get(name, ()))
            for name in names
            if not isinstance(fields[name], SlotField)
        )


def _column(
    name: str, field: forms.Field, is_mandatory: bool, known_as: KnownAs, parts: tuple[tuple[str, str], ...]
) -> Column:
    heading = str(field.label)
    names = frozenset(map(plain, (heading, *known_as.get(name, ()))))
    pieces = tuple(
        Part(key, text, frozenset(map(plain, (text, *known_as.get(f"{name}:{key}", ())))))
        for key, text in parts or _row_parts(field)
    )
    return Column(name, heading, field, is_mandatory, money_unit(heading), names, pieces)


def _row_parts(field: forms.Field) -> tuple[tuple[str, str], ...]:
    if not isinstance(field, RowsField):
        return ()
    fields = field.widget.row_form_class.base_fields
    return tuple((key, f"{field.label}：{one.label}") for key, one in fields.items())


def plain(heading: str) -> str:
    """A heading without brackets, stars and blanks: “原值（单位万元）*” is 原值."""
    typed = normalise(heading[:LONGEST].replace("\n", " "))
    return (_NOISE.sub("", _BRACKETS.sub("", typed)) or _NOISE.sub("", typed)).casefold()


def money_unit(heading: str) -> str:
    """“万元” or “元” where a heading says so."""
    found = re.search(r"[(（][^()（）]*?(万元|元)", heading[:LONGEST])
    return found[1] if found else ""


def label(text: Label) -> str:
    with translation.override(LANGUAGE):
        return str(text)

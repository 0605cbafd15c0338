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
_BRACKETS = re.compile(r"[(（【\[].*?[)）】\]]")
_NOISE = re.compile(r"[\s*＊:：_\-—/／、]|必填|选填")


@dataclass(frozen=True)
class Column:
    """One field of the form as a column."""

    name: str
    heading: str
    field: forms.Field
    is_mandatory: bool
    unit: str  # of money: “元”, “万元”, or none
    names: frozenset[str]  # other headings it is known by, in their plain form
    parts: tuple[
        tuple[str, str], ...
    ] = ()  # (name, heading) where several columns of a file may make up this one


def columns_of(
    fields: Mapping[str, forms.Field],
    names: Iterable[str],
    mandatory: Iterable[str],
    known_as: Mapping[str, tuple[str, ...]],
    parts: Mapping[str, tuple[tuple[str, str], ...]],
) -> tuple[Column, ...]:
    wanted = set(mandatory)
    with translation.override(LANGUAGE):
        return tuple(
            _column(name, fields[name], name in wanted, known_as.get(name, ()), parts.get(name, ()))
            for name in names
            if not isinstance(fields[name], SlotField)
        )


def _column(
    name: str,
    field: forms.Field,
    is_mandatory: bool,
    known_as: tuple[str, ...],
    parts: tuple[tuple[str, str], ...],
) -> Column:
    heading = str(field.label)
    names = {plain(heading), *map(plain, known_as)}
    return Column(
        name, heading, field, is_mandatory, money_unit(heading), frozenset(names), parts or _row_parts(field)
    )


def _row_parts(field: forms.Field) -> tuple[tuple[str, str], ...]:
    if not isinstance(field, RowsField):
        return ()
    fields = field.widget.row_form_class.base_fields
    return tuple((key, f"{field.label}：{one.label}") for key, one in fields.items())


def plain(heading: str) -> str:
    """A heading without brackets, stars and blanks: “原值（单位万元）*” is 原值."""
    text = _BRACKETS.sub("", normalise(heading.replace("\n", " ")))
    return _NOISE.sub("", text).casefold() or _NOISE.sub("", normalise(heading)).casefold()


def money_unit(heading: str) -> str:
    """“万元” or “元” where a heading says so."""
    found = re.search(r"[(（][^()（）]*?(万元|元)", heading)
    return found[1] if found else ""


def label(text: Label) -> str:
    with translation.override(LANGUAGE):
        return str(text)

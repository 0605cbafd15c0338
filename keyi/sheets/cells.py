"""Between a cell of a table and a field of a form: ``posted`` as a browser would send it, ``shown`` as people read it.

A cell's text is taken as it stands wherever the form itself forgives harmless differences; here only what a table says
in another way than a page: labels for choices, days as Excel writes them, 万元 and 元, rows inside one cell.
"""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone, translation

from keyi.codes.fields import CodeField, CodesField, DivisionField
from keyi.codes.models import CodeItem
from keyi.core.rows import RowsField
from keyi.core.text import narrow, normalise
from keyi.records.forms.fields import YesNoField

YES, NO = "是", "否"
YES_WORDS = frozenset({"是", "有", "y", "yes", "true", "√", "✓", "1", "对"})
NO_WORDS = frozenset({"否", "无", "没有", "n", "no", "false", "×", "✗", "0", "-"})
BETWEEN = " | "  # the cells of a row inside one cell; its rows stand on lines of their own
WAN = Decimal(10_000)
LONGEST_NUMBER, LONGEST_LABEL = 24, 200  # a cell may hold 32,767 characters; no number and no label does
FIRST_EXCEL_DAY = dt.date(1899, 12, 30)
SERIALS = range(20_000, 80_000)  # 1954 to 2119 as Excel counts days
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+0?0:00(?::00(?:\.0+)?)?)?"
)
_PACKED_DAY = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_MONEY = re.compile(r"[¥￥]?\s*([-+]?[\d,，]*\.?\d+)\s*(万元|万|元)?")
_SEVERAL = re.compile(r"[;；,，、|\n]")


def posted(name: str, field: forms.Field, text: str, *, own: str = "", stated: str = "") -> dict[str, Any]:
    """The keys a browser would send. Money: ``own`` is the field's unit, “元” or “万元”, ``stated`` the heading's."""
    if isinstance(field, RowsField):
        return field.to_post(name, rows_of(field, text))
    text = text.strip()
    if isinstance(field, forms.BooleanField):
        return {name: "on"} if _word(text) in YES_WORDS else {}
    if not text:
        return {}
    if own and isinstance(field, forms.DecimalField):
        return {name: money(text, is_wan=own == "万元", stated=stated, places=field.decimal_places or 0)}
    return {name: _one(field, text)}


def _one(field: forms.Field, text: str) -> str | list[str]:
    if isinstance(field, YesNoField):
        return "yes" if _word(text) in YES_WORDS else "no" if _word(text) in NO_WORDS else text
    if isinstance(field, CodesField):
        return field.split(text) if len(text) <= LONGEST_LABEL else [text]
    if isinstance(field, forms.MultipleChoiceField):
        return [choice(field, part) for part in _SEVERAL.split(text) if part.strip()]
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return choice(field, text)
    if isinstance(field, forms.DateField):
        return day(text)
    if isinstance(field, forms.DateTimeField):
        return moment(text)
    return text


def _word(text: str) -> str:
    return narrow(text).casefold()


def choice(field: forms.ChoiceField, text: str) -> str:
    """The value whose label it is, in either language; else the text, for the form to refuse."""
    return _labels(field).get(_plain(text), text.strip())


def pairs(choices: Any) -> Iterable[tuple[str, Any]]:
    """Value and label of every choice, groups opened."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from pairs(label)
        elif value != "":
            yield str(value), label


@lru_cache(maxsize=500)
def _labels(field: forms.ChoiceField) -> dict[str, str]:
    """Value by label, in both languages, and by itself. Of the fields of the sheets, which never change."""
    found: dict[str, str] = {}
    for value, label in pairs(field.choices):
        for text in (value, *_in_both(label)):
            found.setdefault(_plain(text), value)
    return found


@lru_cache(maxsize=2_000)
def _in_both(label: Any) -> tuple[str, str]:
    with translation.override("zh-hans"):
        chinese = str(label)
    with translation.override("en"):
        return chinese, str(label)


def _plain(text: str) -> str:
    return re.sub(r"[(（].*?[)）]$", "", _word(text[:LONGEST_LABEL]))


def day(text: str) -> str:
    """2016-01-01 from 2016年1月1日, 2016.1.1, 20160101 or the number Excel counts days by. Never invents a part."""
    plain = narrow(text)
    if found := _DAY.fullmatch(normalise(text)) or _PACKED_DAY.fullmatch(plain):
        year, month, date = (int(part) for part in found.groups())
        return f"{year:04d}-{month:02d}-{date:02d}"
    if re.fullmatch("[0-9]{5}", plain) and int(plain) in SERIALS:
        return (FIRST_EXCEL_DAY + dt.timedelta(days=int(plain))).isoformat()
    return text


def moment(text: str) -> str:
    date, _blank, time = normalise(text).replace("T", " ").partition(" ")
    return f"{day(date)} {time}".strip()


def money(text: str, *, is_wan: bool, stated: str, places: int) -> str:
    """The number in the field's own unit: 万元 where ``is_wan``, else 元. The cell's unit goes before the heading's."""
    found = _MONEY.fullmatch(normalise(text)) if len(text) <= LONGEST_NUMBER else None
    if not found:
        return text
    said = found[2] or stated
    stated_wan = said.startswith("万") if said else is_wan
    try:
        number = Decimal(re.sub("[,，]", "", found[1]))
    except InvalidOperation:
        return text
    if stated_wan == is_wan:
        return format(number, "f")
    number = number / WAN if is_wan else number * WAN
    return format(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")


def rows_of(field: RowsField, text: str) -> list[dict[str, Any]]:
    """Rows from the lines of a cell."""
    fields = field.widget.row_form_class.base_fields
    rows = []
    for line in text.splitlines():
        if line.strip():
            cells = [cell.strip() for cell in line.split("|")]
            rows.append(row_of(fields, dict(zip(fields, cells, strict=False))))
    return rows


def row_of(fields: dict[str, forms.Field], said: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, text in said.items():
        row |= posted(key, fields[key], text)
    return row


def shown(field: forms.Field, value: Any) -> str:
    """A stored value as the cell that would give it back."""
    if value is None or value == "":
        return ""
    if isinstance(field, RowsField):
        fields = field.widget.row_form_class.base_fields
        return "\n".join(_row_shown(fields, row) for row in value)
    if isinstance(value, bool):
        return YES if value else NO if isinstance(field, YesNoField) else ""
    if isinstance(field, CodeField):
        return "；".join(sorted(_code_shown(field, item) for item in _listed(value)))
    if isinstance(value, list | tuple | models.QuerySet):
        return "；".join(sorted(shown(field, one) for one in value))  # links are kept without an order
    if isinstance(field, forms.ModelChoiceField | forms.ModelMultipleChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, forms.ChoiceField):
        return _label_shown(field, str(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat() if isinstance(value, dt.date) else value.isoformat("minutes")
    return str(value)


def _listed(value: Any) -> list[CodeItem]:
    return [value] if isinstance(value, CodeItem) else list(value)


def _code_shown(field: CodeField, item: CodeItem) -> str:
    """The full name where the label alone may be another's."""
    return item.full_label if isinstance(field, DivisionField) else f"{item.label} {item.code}"


def _label_shown(field: forms.ChoiceField, value: str) -> str:
    for known, label in pairs(field.choices):
        if known == value:
            return _in_both(label)[0]
    return value


def _row_shown(fields: dict[str, forms.Field], row: dict[str, Any]) -> str:
    cells = [_cell_shown(field, row.get(key)) for key, field in fields.items()]
    while cells and not cells[-1]:
        cells.pop()
    return BETWEEN.join(cells)


def _cell_shown(field: forms.Field, value: Any) -> str:
    return shown(field, value).replace("|", "｜")

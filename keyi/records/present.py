"""What a record says, for reading: values with their labels, in the sections of the form.

Works on content.py's JSON, so the same code shows the working copy, a snapshot of the history and the public copy.
"""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keyi.codes.fields import CodeField
from keyi.core import personal
from keyi.core.labels import Label
from keyi.core.rows import RowsField

from .forms.base import RecordForm
from .forms.fields import SlotField, TidyTextField, YesNoField
from .kinds import KINDS


@dataclass(frozen=True)
class Item:
    """One labelled value. ``type``: empty, text, long, link, list, table, files or masked; ``value`` accordingly."""

    name: str
    label: Label | None
    type: str
    value: Any


@dataclass
class Part:
    """One section with its items."""

    slug: str
    label: Label
    items: list[Item] = field(default_factory=list)


def sections(
    kind: str, content: dict[str, Any], *, skip_absent: bool = False, is_whole: bool = False
) -> list[Part]:
    """All sections of one kind's form over ``content`` ({"fields": …, "files": …}).

    ``skip_absent`` leaves out fields the content does not hold (a public copy holds only the public ones) and
    sections that end up without items. ``is_whole``: numbers of persons are not masked.
    """
    form_class = KINDS[kind].form
    parts = []
    for section in form_class.sections:
        if not form_class.asks(section, content["fields"]):
            continue
        part = Part(section.slug, section.label)
        for name in section.fields:
            item = _item(form_class, name, content, is_whole=is_whole)
            if not (skip_absent and (item is None or item.type == "empty")):
                part.items.append(item or Item(name, form_class.base_fields[name].label, "empty", ""))
        if part.items or not skip_absent:
            parts.append(part)
    return parts


def item(kind: str, name: str, content: dict[str, Any]) -> Item:
    """One field of the content, labelled."""
    form_class = KINDS[kind].form
    return _item(form_class, name, content, is_whole=True) or Item(
        name, form_class.base_fields[name].label, "empty", ""
    )


def _item(form_class: type[RecordForm], name: str, content: dict[str, Any], *, is_whole: bool) -> Item | None:
    form_field = form_class.base_fields[name]
    label = form_field.label
    if isinstance(form_field, SlotField):
        files = [file for file in content.get("files", []) if file["slot"] == name]
        return Item(name, label, "files" if files else "empty", files)
    if name not in content["fields"]:
        return None
    kind, value = show(form_field, content["fields"][name])
    if kind == "text" and name in personal.MASKS and not is_whole:
        return Item(name, label, "masked", personal.mask(name, value))
    return Item(name, label, kind, value)


def show(form_field: forms.Field, value: Any) -> tuple[str, Any]:
    """The type and readable form of one stored value."""
    if value in (None, "", []):
        return "empty", ""
    if isinstance(form_field, RowsField):
        return "table", _table(form_field, value)
    if isinstance(value, bool):
        return "text", _("Yes") if value else _("No")
    if isinstance(value, dict):
        return "text", code_name(value, full=isinstance(form_field, CodeField))
    if isinstance(value, list):
        return "list", [code_name(one) for one in value]
    if isinstance(form_field, forms.URLField):
        return "link", value
    if isinstance(form_field, forms.DecimalField):
        return "text", number(value)
    if isinstance(form_field, forms.ChoiceField) and not isinstance(form_field, YesNoField):
        return "text", str(dict(_flat(form_field.choices)).get(value, value))
    return ("long" if isinstance(form_field, TidyTextField) else "text"), str(value)


def code_name(value: dict[str, str], *, full: bool = False) -> str:
    """The label of a code item for the reader's language."""
    if (get_language() or "").startswith("en") and value.get("en"):
        return value["en"]
    return value.get("full") or value["label"] if full else value["label"]


def number(value: Any) -> str:
    """With thousands separators, as many decimals as stored."""
    try:
        return f"{Decimal(str(value)):,}"
    except InvalidOperation:
        return str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for value, label in choices:
        flat += label if isinstance(label, list | tuple) else [(value, label)]
    return flat


def _table(form_field: RowsField, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Headers and cells of a rows field, leaving out columns that no row fills."""
    columns = form_field.widget.row_form_class.base_fields
    used = [name for name in columns if any(row.get(name) not in (None, "", False) for row in rows)]
    cells = [[_cell(columns[name], row.get(name)) for name in used] for row in rows]
    return {"headers": [columns[name].label for name in used], "rows": cells}


def _cell(form_field: forms.Field, value: Any) -> str:
    if isinstance(form_field, forms.BooleanField):
        return _("Yes") if value else ""
    kind, shown = show(form_field, value)
    return "" if kind == "empty" else str(shown)

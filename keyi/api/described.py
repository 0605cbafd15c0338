"""The fields of a form as JSON schema, so that the description cannot say anything else than the form."""

from typing import Any

from django import forms
from django.utils.text import format_lazy

from keyi.codes.fields import CodeField, CodesField
from keyi.core.rows import RowsField
from keyi.records.forms.fields import SlotField, YesNoField

TEXT: dict[str, Any] = {"type": ["string", "number", "null"]}
LIST: dict[str, Any] = {"type": ["array", "null"], "items": {"type": ["string", "number"]}}
FLAG: dict[str, Any] = {"type": ["boolean", "null"]}


def object_of(fields: dict[str, forms.Field]) -> dict[str, Any]:
    """Files are sent at an address of their own."""
    shown = {name: field for name, field in fields.items() if not isinstance(field, SlotField)}
    return {
        "type": "object",
        "properties": {name: property_of(field) for name, field in shown.items()},
        "additionalProperties": False,
    }


def property_of(field: forms.Field) -> dict[str, Any]:
    found = dict(_kind(field))
    if field.label:
        found["title"] = field.label  # in the reader's language, when the description is asked for
    if text := _said(field):
        found["description"] = text
    if example := _example(field):
        found["examples"] = [example]
    return found


def _kind(field: forms.Field) -> dict[str, Any]:
    if isinstance(field, RowsField):
        rows = object_of(field.widget.row_form_class.base_fields)
        return {"type": ["array", "null"], "items": rows, "maxItems": field.widget.max_rows}
    if isinstance(field, CodesField | forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return LIST
    if isinstance(field, forms.BooleanField | YesNoField):
        return FLAG
    return TEXT


def _choices(field: forms.Field) -> list[tuple[str, Any]]:
    """Of lists that stand in the program; code lists have addresses of their own."""
    if isinstance(field, forms.ModelChoiceField | YesNoField) or not isinstance(field, forms.ChoiceField):
        return []
    flat: Any = field.choices
    return [(str(value), label) for value, label in flat if value != "" and not isinstance(label, list)]


def _said(field: forms.Field) -> Any:
    parts: list[Any] = [field.help_text] if field.help_text else []
    if isinstance(field, CodeField):
        parts.append(f"/api/v1/codes/{field.code_list}")
    parts += [format_lazy("{}: {}", value, label) for value, label in _choices(field)]
    return format_lazy("\n".join(["{}"] * len(parts)), *parts) if parts else ""


def _example(field: forms.Field) -> Any:
    if choices := _choices(field):
        value = choices[0][0]
        return [value] if isinstance(field, forms.MultipleChoiceField) else value
    if isinstance(field, forms.DateTimeField):
        return "2026-03-12T09:30:00+08:00"
    if isinstance(field, forms.DateField):
        return "2026-03-12"
    return "88.60" if isinstance(field, forms.DecimalField) else None

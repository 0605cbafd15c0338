"""What a record says, as JSON: the history's snapshots and the public copies are made of this.

A value is a plain scalar (dates as ISO text, money as text), a code item {"key", "label", "full", "en"}, a list of
those, or the rows of a JSON column. Files are listed under "files".
"""

from decimal import Decimal
from typing import Any

from django.db import models

from keyi.codes.models import CodeItem
from keyi.core.text import normalise
from keyi.review.models import Record

NOT_TYPED = frozenset({"id", "institution", "code"})


def own_fields(record: Record) -> list[str]:
    """Names of the columns that people fill in, in the model's order."""
    meta = record._meta
    common = {field.name for field in Record._meta.local_fields} | NOT_TYPED
    names = [field.name for field in meta.concrete_fields if field.name not in common]
    return [*names, *(field.name for field in meta.many_to_many)]


def code_value(item: CodeItem) -> dict[str, str]:
    return {"key": item.key, "label": item.label, "full": item.full_label, "en": item.label_en}


def read_value(record: Record, name: str) -> Any:
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        items = getattr(record, name).all()
        if issubclass(items.model, CodeItem):
            return [code_value(item) for item in items]
        return [{"key": str(item.pk), "label": str(item)} for item in items.order_by("pk")]
    value = getattr(record, name)
    if isinstance(value, CodeItem):
        return code_value(value)
    if isinstance(value, models.Model):
        return {"key": str(value.pk), "label": str(value)}
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def read_fields(record: Record, names: list[str] | tuple[str, ...]) -> dict[str, Any]:
    return {name: read_value(record, name) for name in names}


def read_files(record: Record, slots: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    files = [file.as_json() for file in record.files.current()]
    return [file for file in files if slots is None or file["slot"] in slots]


def search_text(*parts: str) -> str:
    """All words a visitor may find the record by: normalised, case folded, one blank between."""
    return " ".join(normalise(part).casefold() for part in parts if part)

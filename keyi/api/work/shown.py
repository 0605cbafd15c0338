"""Working records as JSON; fields as their form takes them, so that what was read can be sent back."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

from keyi.accounts.models import OrgUnit, User
from keyi.codes.models import CodeItem
from keyi.core.rows import RowsField
from keyi.records.forms.fields import SlotField
from keyi.records.kinds import Kind
from keyi.review.models import Record

HIDDEN = frozenset({"edits", "form_key"})


def line(record: Record) -> dict[str, Any]:
    """What a list says of it."""
    return {
        "id": record.pk,
        "name": str(record),
        "inventory_number": getattr(record, "inventory_number", ""),
        "number": getattr(record, "code", None) or "",
        "unit": place(record.unit),
        "status": record.status,
        "is_public": record.is_public,
        "edits": record.edits,
        "updated_at": record.updated_at,
    }


def place(unit: OrgUnit) -> str:
    is_lab = unit.level == OrgUnit.Level.LAB and unit.parent
    return f"{unit.parent.name} / {unit.name}" if is_lab and unit.parent else unit.name


def record(kind: Kind, one: Record, user: User) -> dict[str, Any]:
    """All of it, with the reviewer's reason and marks."""
    form = kind.form(instance=one, user=user)
    return line(one) | {
        "receipt": one.receipt,
        "reason": one.reason,
        "marks": one.marks,
        "fields": of_form(form),
        "files": [file(kept) for kept in one.files.current()],  # type: ignore[attr-defined]
    }


def of_form(form: forms.BaseForm) -> dict[str, Any]:
    return {
        name: value(field, form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
        if name not in HIDDEN and not isinstance(field, SlotField)
    }


def changed(form: Any) -> list[str]:
    """What a valid form would change; a code written as its name is no change."""
    return [
        name
        for name in form.changed_data
        if name not in HIDDEN
        and value(form.fields[name], form.cleaned_data.get(name))
        != value(form.fields[name], form.get_initial_for_field(form.fields[name], name))
    ]


def value(field: forms.Field, held: Any) -> Any:
    """One field's value, as ``posted.put`` takes it."""
    if isinstance(field, RowsField):
        return held or []
    if isinstance(held, list | tuple | models.QuerySet | models.Manager):
        return [value(field, one) for one in (held.all() if isinstance(held, models.Manager) else held)]
    if isinstance(field, forms.ModelChoiceField) and isinstance(held, str | int):
        found: Any = field.queryset
        held = found.model._default_manager.filter(pk=held).first()
    if isinstance(held, CodeItem):
        return held.code
    if isinstance(held, OrgUnit):
        return place(held)
    if isinstance(held, models.Model):
        return str(held)
    if isinstance(held, Decimal):
        return format(held, "f")
    return held.isoformat() if isinstance(held, dt.date | dt.time) else held


def file(kept: Any) -> dict[str, Any]:
    return {name: part for name, part in kept.as_json().items() if name not in ("issued_on",)}

"""Instruments saved from what their form made of each row at the check: exactly what was shown and confirmed.

Between check and confirmation other people work too. So new rows rely on the database's constraints, and a record is
changed only if nobody has saved it since, it is still open, and it is still this person's.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.audit import log
from keyi.records.forms.instrument import InstrumentForm
from keyi.records.models import Instrument
from keyi.sheets.models import ImportRow
from keyi.sheets.sheet import CHANGED, NEW, REFUSED, Checked, Work

EDITS, UNIT = "edits", "unit_id"


_FIELDS: list[Any] = [Instrument._meta.get_field(name) for name in InstrumentForm.Meta.fields]


def values_of(form: InstrumentForm) -> dict[str, Any]:
    """Column → value of a valid form's record; links as keys; and what tells whether somebody saved it since."""
    record = form.instance
    found: dict[str, Any] = {EDITS: record.edits, UNIT: record.unit_id}
    for field in _FIELDS:
        if field.many_to_many:
            found[field.name] = [one.pk for one in form.cleaned_data.get(field.name) or []]
        else:
            found[field.attname] = getattr(record, field.attname)
    return found


def save(work: Work, rows: Sequence[ImportRow]) -> list[Checked]:
    """Raises IntegrityError."""
    units = OrgUnit.objects.for_user(work.user, Capability.EDIT).filter(
        pk__in={row.values[UNIT] for row in rows}
    )
    allowed = set(units.values_list("pk", flat=True))
    keys = [row.object_id for row in rows if row.object_id]
    mine = Instrument.objects.editable_by(work.user).filter(pk__in=keys).order_by("pk")
    there = {one.pk: one for one in mine.select_for_update(of=("self",))}
    done = [_take(work, row, there, allowed) for row in rows]
    new: list[Any] = [record for record in done if record is not None and record.pk is None]
    Instrument.objects.bulk_create(new)
    saved = [(row, record) for row, record in zip(rows, done, strict=True) if record is not None]
    for row, record in saved:
        if row.object_id:
            record.save()
    _link(saved)
    log.record_many(work.user, "record.save", [record for _row, record in saved])
    return [_result(row, record) for row, record in zip(rows, done, strict=True)]


def _take(work: Work, row: ImportRow, there: dict[int, Instrument], allowed: set[int]) -> Instrument | None:
    """The record as the row says, not saved; None where it may not be any more."""
    values = row.values
    record = there.get(row.object_id) if row.object_id else Instrument(form_key=None)
    if record is None or values[UNIT] not in allowed or (row.object_id and record.edits != values[EDITS]):
        return None
    for field in _FIELDS:
        if not field.many_to_many:
            setattr(record, field.attname, field.to_python(values[field.attname]))
    if row.object_id is None and work.institution is not None:
        record.institution = work.institution
    record.unit_id, record.edits, record.updated_by = values[UNIT], values[EDITS] + 1, work.user
    return record


def _link(saved: list[tuple[ImportRow, Instrument]]) -> None:
    """Subjects and platforms of all of them."""
    for field in _FIELDS:
        if not field.many_to_many:
            continue
        through: Any = field.remote_field.through
        there = field.m2m_reverse_field_name() + "_id"
        changed = [record.pk for row, record in saved if row.object_id]
        through.objects.filter(instrument__in=changed).delete()
        through.objects.bulk_create(
            through(**{"instrument_id": record.pk, there: key})
            for row, record in saved
            for key in row.values[field.name]
        )


def _result(row: ImportRow, record: Instrument | None) -> Checked:
    if record is None:
        return Checked(REFUSED, [("", _("Somebody has saved it since it was checked. Check it again."))])
    return Checked(CHANGED if row.object_id else NEW, object_id=record.pk)

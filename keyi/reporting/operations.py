"""Saving a 运行维护: the record, its marks, the log, and the hours on the portal, all or nothing."""

from typing import Any

from django.db import transaction

from keyi.accounts.limits import one_at_a_time
from keyi.accounts.models import User
from keyi.audit import log
from keyi.records.models import Instrument
from keyi.search import public
from keyi.search.models import Document

from . import oddities, upkeep
from .models import AnnualOperation

YEARS_SHOWN = 3  # on the portal


def of_year(instrument: Instrument, year: int) -> AnnualOperation | None:
    return (
        AnnualOperation.objects.filter(instrument=instrument, year=year).select_related("updated_by").first()
    )


@transaction.atomic
def save(record: AnnualOperation, user: User, *, changed: list[str]) -> None:
    """Write a record that passed its form. Call it under ``upkeep.lock`` of the instrument's year."""
    old = of_year(record.instrument, record.year)
    record.institution_id, record.updated_by = record.instrument.institution_id, user
    record.edits = old.edits + 1 if old else 1
    with one_at_a_time(f"same-figures:{record.institution_id}:{record.year}"):
        oddities.note(record, of_year(record.instrument, record.year - 1))
        record.save()
        prints = {record.fingerprint, old.fingerprint if old else ""}
        oddities.note_twins(record.institution_id, record.year, prints)
        record.refresh_from_db(fields=["has_same_figures"])
    upkeep.mark([record.instrument_id], record.year)
    log.record(
        user, "operation.save" if old else "operation.create", record, year=record.year, changed=changed
    )
    public.set_hours(Instrument.record_kind, record.instrument_id, public_hours(record.instrument))


def restore_public_hours() -> int:
    """Show the hours again of what was taken offline and published again: its public copy is a new one."""
    written = AnnualOperation.objects.values("instrument")
    copies = Document.objects.filter(kind=Instrument.record_kind, hours={}, object_id__in=written)
    instruments = Instrument.objects.in_bulk(list(copies.values_list("object_id", flat=True)))
    for instrument in instruments.values():
        public.set_hours(Instrument.record_kind, instrument.pk, public_hours(instrument))
    return len(instruments)


def public_hours(instrument: Instrument) -> dict[str, Any]:
    """{"2025": {"run": "1128.0", "ext": "320.0"}, …}: what the portal shows of the last years."""
    records = AnnualOperation.objects.filter(instrument=instrument).order_by("-year")[:YEARS_SHOWN]
    return {str(one.year): {"run": str(one.run_hours), "ext": str(one.ext_hours)} for one in records}

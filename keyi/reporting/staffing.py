"""Writing 人员维护: each function under the lock of the instrument's year, with the log."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from keyi.accounts.models import User
from keyi.audit import log
from keyi.records.models import Instrument

from . import upkeep
from .models import AnnualStaff, Staff


@transaction.atomic
def add(user: User, instrument: Instrument, year: int, staff: Staff, kinds: list[str], **values: Any) -> int:
    """Put a person down for one or both kinds of work. What is there already stays: the number of new rows."""
    upkeep.lock([instrument.pk], year)
    there = set(people(instrument, year).filter(staff=staff).values_list("kind", flat=True))
    rows = [
        AnnualStaff(
            instrument=instrument, year=year, staff=staff, kind=kind, title=staff.title, **values
        )
        for kind in kinds
        if kind not in there
    ]  # fmt: skip
    AnnualStaff.objects.bulk_create(rows)
    upkeep.mark([instrument.pk], year)
    log.record(user, "staff.add", instrument, year=year, staff=staff.pk, kinds=kinds)
    return len(rows)


@transaction.atomic
def change(user: User, row: AnnualStaff) -> None:
    """Save a changed row. Raises ValidationError when the person is down for this work already."""
    upkeep.lock([row.instrument_id], row.year)
    same = people(row.instrument, row.year).filter(staff=row.staff_id, kind=row.kind).exclude(pk=row.pk)
    if same.exists():
        raise ValidationError(_("This person is already down for this work in this year."))
    row.save()
    log.record(user, "staff.change", row.instrument, year=row.year, staff=row.staff_id)


@transaction.atomic
def remove(user: User, row: AnnualStaff) -> None:
    upkeep.lock([row.instrument_id], row.year)
    AnnualStaff.objects.filter(pk=row.pk).delete()
    upkeep.mark([row.instrument_id], row.year)
    log.record(user, "staff.remove", row.instrument, year=row.year, staff=row.staff_id)


def people(instrument: Instrument, year: int) -> Any:
    """The people of an instrument's year, operators first."""
    rows = AnnualStaff.objects.filter(instrument=instrument, year=year).select_related("staff", "staff__unit")
    return rows.order_by("-kind", "pk")

"""What the machine noticed and a reviewer should look at: odd values, pictures and instruments that are there twice."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from keyi.accounts.models import User
from keyi.core.labels import Label
from keyi.records.models import Instrument, InstrumentFile
from keyi.records.submission import check
from keyi.review.models import Record

SAME_PICTURE = 6  # of 64 bits may differ
MOST = 5  # found ones shown


@dataclass
class Findings:
    """``odd``: (label, sentence); ``pictures``: files of other instruments; ``twins``: other instruments.

    Only an instrument is compared with others."""

    odd: list[tuple[Label, Label]] = field(default_factory=list)
    pictures: list[InstrumentFile] = field(default_factory=list)
    twins: list[Instrument] = field(default_factory=list)
    was_compared: bool = False

    def __bool__(self) -> bool:
        return bool(self.odd or self.pictures or self.twins)


def look(record: Record, user: User) -> Findings:
    """Everything noticed about one record."""
    form = check(record, user)
    odd = [(form.fields[name].label or name, text) for name, text in form.warnings.items()]
    if not isinstance(record, Instrument):
        return Findings(odd)
    twins = find_twins(record)
    if twins:  # says the same, with a link
        odd = [found for name, found in zip(form.warnings, odd, strict=True) if name != "name"]
    return Findings(odd, same_pictures(record), twins, was_compared=True)


def same_pictures(record: Instrument) -> list[InstrumentFile]:
    """Pictures of other instruments that look like one of this one's."""
    hashes = record.files.current("photos").exclude(phash="").values_list("phash", flat=True)
    others: Any = (
        InstrumentFile._default_manager.filter(removed_at__isnull=True)
        .exclude(phash="")
        .exclude(record=record)
        .select_related("record__institution")
    )
    found: dict[int, Any] = {}
    for phash in hashes:
        distance = RawSQL(
            "bit_count(('x' || records_instrumentfile.phash)::bit(64) # ('x' || %s)::bit(64))", [phash]
        )
        for file in (
            others.annotate(distance=distance).filter(distance__lte=SAME_PICTURE).order_by("distance")[:MOST]
        ):
            found.setdefault(file.record_id, file)
    return list(found.values())[:MOST]


def find_twins(record: Instrument) -> list[Instrument]:
    """Instruments that may be this one, entered twice: same serial number, or same name, model and date in the unit."""
    same = Q(institution=record.institution_id, name=record.name, booked_on=record.booked_on)
    if record.serial_number:
        same |= Q(serial_number=record.serial_number)
    others = Instrument.objects.filter(same, model_name=record.model_name).exclude(pk=record.pk)
    return list(others.exclude(version=0).select_related("institution")[:MOST])

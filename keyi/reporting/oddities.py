"""What is allowed and yet worth a second look: a jump of more than half against last year, and the same figures on
many instruments. Pointed out before it is saved, and kept with the record so that the province can list it.
"""

import hashlib
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .models import AnnualOperation

JUMP_FIELDS = ("run_hours", "service_hours", "ext_hours", "income_in", "income_ext")
SAME_FIELDS = (
    "run_hours", "teach_hours", "research_hours", "social_hours", "service_hours", "ext_hours", "samples",
    "users_in", "users_ext", "income_in", "income_ext",
)  # fmt: skip
MANY = 3  # instruments of one unit with the same figures
SAME = "same"


def fingerprint(record: AnnualOperation) -> str:
    """The main figures as one short text; empty for an instrument that did not run."""
    if not record.run_hours:
        return ""
    figures = [_plain(getattr(record, name)) for name in SAME_FIELDS]
    return hashlib.md5("|".join(figures).encode(), usedforsecurity=False).hexdigest()


def _plain(value: Any) -> str:
    return "" if value is None else str(Decimal(value).normalize())


def jumps(record: AnnualOperation, last: AnnualOperation | None) -> list[str]:
    """The fields that differ from last year's by more than half of it."""
    if last is None:
        return []
    return [name for name in JUMP_FIELDS if _jumps(getattr(record, name), getattr(last, name))]


def _jumps(now: Decimal, was: Decimal) -> bool:
    return bool(was) and abs(now - was) * 2 > was


def twins(record: AnnualOperation) -> "QuerySet[AnnualOperation]":
    """Other instruments of the unit with the same figures this year."""
    same = AnnualOperation.objects.filter(
        institution=record.institution_id, year=record.year, fingerprint=fingerprint(record)
    )
    return same.exclude(instrument=record.instrument_id).exclude(fingerprint="")


def look(record: AnnualOperation, last: AnnualOperation | None) -> dict[str, str]:
    """{what: sentence} for what a person should look at again before it is saved."""
    found = {
        name: _("%(label)s: %(now)s, last year %(was)s. That is a change of more than half.")
        % {
            "label": record._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
            "now": shown(getattr(record, name)),
            "was": shown(getattr(last, name)),
        }
        for name in jumps(record, last)
    }
    if (number := twins(record).count()) + 1 >= MANY:
        found[SAME] = _("%(number)d other instruments of your unit have exactly the same figures.") % {
            "number": number
        }
    return found


def shown(value: Any) -> str:
    """ "1412.0" → "1,412": figures as the pages show them."""
    number = Decimal(value)
    places = 0 if number == number.to_integral_value() else 1 if number * 10 % 1 == 0 else 2
    return f"{number:,.{places}f}"


def note(record: AnnualOperation, last: AnnualOperation | None) -> None:
    """Set on the record, before it is saved, what the province may list."""
    record.jumps, record.fingerprint = jumps(record, last), fingerprint(record)


def note_twins(institution: int, year: int, prints: set[str]) -> None:
    """Bring the mark of same figures up to date for these fingerprints; call it under the unit's lock."""
    for one in prints - {""}:
        same = AnnualOperation.objects.filter(institution=institution, year=year, fingerprint=one)
        is_many = same.count() >= MANY
        same.exclude(has_same_figures=is_many).update(has_same_figures=is_many)
    AnnualOperation.objects.filter(
        institution=institution, year=year, fingerprint="", has_same_figures=True
    ).update(has_same_figures=False)

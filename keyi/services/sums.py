"""What the service records of one instrument and year add up to: the figures of 运行维护 that they fill."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from keyi.records.models import Instrument
from keyi.reporting.models import AnnualOperation

from .choices import ENTERPRISES, TEAMS, Client, UserType
from .models import ServiceRecord

EXTERNAL = Q(client=Client.EXTERNAL)
INTERNAL = Q(client=Client.INTERNAL)
TO_ENTERPRISES = EXTERNAL & Q(user_type__in=ENTERPRISES)
SMALL = EXTERNAL & Q(user_type__in=(UserType.SME, UserType.STUDENT_TEAM))


def _units(condition: Q) -> Count:
    """How many different users; a unit is told by its name."""
    return Count("applicant_unit", filter=condition, distinct=True)


FIGURES: dict[str, Any] = {
    "service_hours": Sum("hours"),
    "ext_hours": Sum("hours", filter=EXTERNAL),
    "ent_hours": Sum("hours", filter=TO_ENTERPRISES),
    "samples": Sum("amount"),
    "times_in": Count("pk", filter=INTERNAL),
    "times_ext": Count("pk", filter=EXTERNAL),
    "users_in": Count("applicant", filter=INTERNAL, distinct=True),
    "users_ext": _units(EXTERNAL),
    "ents": _units(TO_ENTERPRISES),
    "smes": _units(SMALL),
    "teams": _units(EXTERNAL & Q(user_type__in=TEAMS)),
    "income_in": Sum("income_yuan", filter=INTERNAL),
    "income_ext": Sum("income_yuan", filter=EXTERNAL),
    "invoices": Count("invoice_number", filter=~Q(invoice_number=""), distinct=True),
}
NO_DIGITS = frozenset(FIGURES) - {"service_hours", "ext_hours", "ent_hours", "income_in", "income_ext"}


@dataclass(frozen=True)
class Line:
    """One figure of 运行维护 beside what the records say."""

    name: str
    label: Any
    summed: Decimal | int
    saved: Decimal | int | None

    @property
    def difference(self) -> Decimal | int | None:
        return None if self.saved is None else self.summed - self.saved


def figures(instrument: Instrument, year: int) -> dict[str, Decimal | int]:
    """{field of AnnualOperation: sum}, hours with one decimal, money in CNY; all 0 without records."""
    found = ServiceRecord.objects.filter(instrument=instrument, year=year).order_by().aggregate(**FIGURES)
    return {name: value if value is not None else _zero(name) for name, value in found.items()}


def _zero(name: str) -> Decimal | int:
    return 0 if name in NO_DIGITS else Decimal(0)


def lines(instrument: Instrument, year: int) -> list[Line]:
    saved = AnnualOperation.objects.filter(instrument=instrument, year=year).first()
    labels = {field.name: field.verbose_name for field in AnnualOperation._meta.fields}
    return [
        Line(name, labels[name], value, getattr(saved, name) if saved else None)
        for name, value in figures(instrument, year).items()
    ]

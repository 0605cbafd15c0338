"""What is odd about a record, told with the figures of this year and the last."""

from dataclasses import dataclass

from django.utils.functional import cached_property

from .models import AnnualOperation
from .oddities import shown


@dataclass(frozen=True)
class Jump:
    label: str
    now: str
    was: str


@dataclass
class Odd:
    record: AnnualOperation
    last: AnnualOperation | None

    @cached_property
    def jumps(self) -> list[Jump]:
        return [self._jump(name) for name in self.record.jumps]

    def _jump(self, name: str) -> Jump:
        label = str(AnnualOperation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        was = shown(getattr(self.last, name)) if self.last else ""
        return Jump(label, shown(getattr(self.record, name)), was)


def describe(records: list[AnnualOperation], year: int) -> list[Odd]:
    """One query for last year's records of all of them."""
    keys = [record.instrument_id for record in records]
    last = {
        row.instrument_id: row for row in AnnualOperation.objects.filter(year=year - 1, instrument__in=keys)
    }
    return [Odd(record, last.get(record.instrument_id)) for record in records]

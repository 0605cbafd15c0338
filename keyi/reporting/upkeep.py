"""The row of an instrument's year: the lock under which its people and its operation record are written, and the
marks of what is done. Whoever writes either calls ``lock`` before and ``mark`` after, in one transaction.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from keyi.records.models import Instrument

from .models import AnnualOperation, AnnualStaff, UpkeepYear

BATCH = 2000


def lock(instruments: Collection[int], year: int) -> None:
    """Hold these instruments' year until the transaction ends. In the order of their keys, so that two holders
    of many cannot block each other.
    """
    keys = sorted(instruments)
    rows = (UpkeepYear(instrument_id=key, year=year) for key in keys)
    UpkeepYear.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    held = UpkeepYear.objects.filter(year=year, instrument__in=keys).order_by("instrument")
    list(held.select_for_update(no_key=True).values_list("pk"))


def lock_one(instrument: Instrument, year: int) -> UpkeepYear:
    lock([instrument.pk], year)
    return UpkeepYear.objects.get(instrument=instrument, year=year)


def mark(instruments: Collection[int], year: int) -> None:
    """Write down what there is now."""
    of_year = {"instrument": OuterRef("instrument"), "year": year}
    UpkeepYear.objects.filter(year=year, instrument__in=instruments).update(
        has_staff=Exists(AnnualStaff.objects.filter(**of_year)),
        has_operation=Exists(AnnualOperation.objects.filter(**of_year)),
    )

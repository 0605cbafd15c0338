"""The state of an instrument's year as an annotation, and what is due."""

import datetime as dt

from keyi.records.models import Instrument
from keyi.reporting.models import UpkeepYear
from keyi.reporting.states import COUNTS, due, with_state
from tests.factories import make_instrument


def test_state_counts_each_instrument_once(world):
    done, staff, operation, other_year, _none = (
        make_instrument(world, status="published") for _number in range(5)
    )
    UpkeepYear.objects.create(instrument=done, year=2025, has_staff=True, has_operation=True)
    UpkeepYear.objects.create(instrument=done, year=2024, has_staff=True)
    UpkeepYear.objects.create(instrument=staff, year=2025, has_staff=True)
    UpkeepYear.objects.create(instrument=operation, year=2025, has_operation=True)
    UpkeepYear.objects.create(instrument=other_year, year=2024, has_staff=True, has_operation=True)
    instruments = with_state(due(Instrument.objects.all(), 2025), 2025)
    rows = list(instruments.order_by().values("institution").annotate(**COUNTS))
    institution = world.university.pk
    assert rows == [
        {"institution": institution, "total": 5, "none": 2, "staff": 1, "operation": 1, "done": 1}
    ]
    assert list(instruments.filter(state="staff")) == [staff]


def test_due_leaves_out_what_is_not_public_or_came_later(world):
    old = make_instrument(world, status="published", booked_on=dt.date(2025, 12, 31))
    make_instrument(world, status="published", booked_on=dt.date(2026, 1, 1))
    make_instrument(world, status="offline")
    make_instrument(world, status="draft")
    assert list(due(Instrument.objects.all(), 2025)) == [old]

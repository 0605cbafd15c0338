"""麓山大学 with instruments in every state of one year, and somebody else's."""

import datetime as dt

from keyi.reporting.models import MaintenancePeriod, UpkeepYear
from tests.factories import make_instrument

DONE, STAFF, OPERATION, NONE = (True, True), (True, False), (False, True), None
TODAY = dt.datetime(2026, 3, 12, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def period(year: int = 2025, opens=dt.date(2026, 2, 1), closes=dt.date(2026, 4, 30)) -> MaintenancePeriod:
    return MaintenancePeriod.objects.create(year=year, opens_on=opens, closes_on=closes)


def instrument(world, unit, state=NONE, year: int = 2025, **values):
    record = make_instrument(world, status="published", unit=unit, **values)
    if state is not None:
        UpkeepYear.objects.create(instrument=record, year=year, has_staff=state[0], has_operation=state[1])
    return record


def fill(world) -> None:
    """分析测试中心: one at the department, four in its laboratory. 化学化工学院: one. 湘潭检测院: two."""
    instrument(world, world.department, OPERATION)
    for state in (DONE, DONE, STAFF, NONE):
        instrument(world, world.lab, state)
    instrument(world, world.other_department, NONE)
    for state in (DONE, STAFF):
        instrument(world, world.strange_lab, state)

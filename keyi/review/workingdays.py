"""Working days, Monday to Friday: how long a record has waited and when an answer is due."""

import datetime

from django.utils import timezone

REVIEW_DAYS = 5  # target per step; public holidays are not known here and count as working days


def working_days_between(start: datetime.date, end: datetime.date) -> int:
    """Working days after ``start`` up to and including ``end``; never negative."""
    days = (start + datetime.timedelta(n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 for day in days)


def add_working_days(start: datetime.date, days: int) -> datetime.date:
    day = start
    while days:
        day += datetime.timedelta(1)
        days -= day.weekday() < 5
    return day


def due_date(submitted_at: datetime.datetime) -> datetime.date:
    """The day by which the reviewer should have answered."""
    return add_working_days(timezone.localtime(submitted_at).date(), REVIEW_DAYS)


def waited_days(submitted_at: datetime.datetime) -> int:
    return working_days_between(timezone.localtime(submitted_at).date(), timezone.localdate())


def latest_overdue_day() -> datetime.date:
    """The newest day such that whatever was submitted on it has waited longer than the target."""
    day = today = timezone.localdate()
    while working_days_between(day, today) <= REVIEW_DAYS:
        day -= datetime.timedelta(1)
    return day

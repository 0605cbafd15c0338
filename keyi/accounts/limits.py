"""Counting what may only be done so often, in the database, so that every server process counts together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from .models import Tally

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Spent:
    """Whether one more was allowed, how many are left, and after how many seconds the count begins anew."""

    is_allowed: bool
    left: int
    seconds: int


def allow(what: str, who: object, *, limit: int, period: timedelta = HOUR) -> bool:
    """Count one more ``what`` by ``who``; False when that is more than ``limit`` within the period."""
    return spend(what, who, limit=limit, period=period).is_allowed


_OVER = "(tally.started_at <= %(since)s OR tally.started_at > %(now)s)"  # or the clock was set back
_SPEND = f"""
    INSERT INTO accounts_tally AS tally (key, started_at, count) VALUES (%(key)s, %(now)s, 1)
    ON CONFLICT (key) DO UPDATE SET
        started_at = CASE WHEN {_OVER} THEN %(now)s ELSE tally.started_at END,
        count = CASE WHEN {_OVER} THEN 1 ELSE tally.count + 1 END
    WHERE tally.count < %(limit)s OR {_OVER}
    RETURNING started_at, count
"""  # noqa: S608  our own words


def spend(what: str, who: object, *, limit: int, period: timedelta = HOUR) -> Spent:
    """As ``allow``, telling how much is left. One statement, since every request of a program asks it."""
    now = timezone.now()
    key = f"{what}:{who}"[:120]
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, {"key": key, "now": now, "since": now - period, "limit": limit})
        counted = cursor.fetchone()
    if counted is None:
        counted_from = Tally.objects.filter(key=key).values_list("started_at", flat=True).first()
        return Spent(False, 0, _seconds_left(counted_from or now, now, period))
    started_at, count = counted
    return Spent(True, limit - count, _seconds_left(started_at, now, period))


def _seconds_left(started_at: datetime, now: datetime, period: timedelta) -> int:
    return max(1, int((started_at + period - now).total_seconds()))


def is_spent(what: str, who: object, *, limit: int, period: timedelta = HOUR) -> bool:
    """Whether ``allow`` would refuse, without counting."""
    since = timezone.now() - period
    return Tally.objects.filter(key=f"{what}:{who}"[:120], started_at__gt=since, count__gte=limit).exists()


@contextmanager
def one_at_a_time(*names: object) -> Iterator[None]:
    """Hold the database's advisory locks of these names until the block's transaction ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in sorted(str(name) for name in names):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        yield

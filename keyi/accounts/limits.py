"""Counting what may only be done so often, in the database, so that every server process counts together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

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


@transaction.atomic
def spend(what: str, who: object, *, limit: int, period: timedelta = HOUR) -> Spent:
    """As ``allow``, telling how much is left."""
    now = timezone.now()
    key = f"{what}:{who}"[:120]
    Tally.objects.bulk_create([Tally(key=key, started_at=now)], ignore_conflicts=True)
    tally = Tally.objects.select_for_update().get(key=key)
    is_over = tally.started_at <= now - period or tally.started_at > now  # or the clock was set back
    if is_over:
        tally.started_at, tally.count = now, 0
    seconds = max(1, int((tally.started_at + period - now).total_seconds()))
    if tally.count >= limit:
        return Spent(False, 0, seconds)
    tally.count += 1
    tally.save()
    return Spent(True, limit - tally.count, seconds)


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

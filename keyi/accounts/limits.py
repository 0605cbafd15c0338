"""Counting what may only be done so often, in the database, so that every server process counts together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from .models import Tally

HOUR = timedelta(hours=1)


@transaction.atomic
def allow(what: str, who: object, *, limit: int, period: timedelta = HOUR) -> bool:
    """Count one more ``what`` by ``who``; False when that is more than ``limit`` within the period."""
    now = timezone.now()
    key = f"{what}:{who}"[:120]
    Tally.objects.bulk_create([Tally(key=key, started_at=now)], ignore_conflicts=True)
    tally = Tally.objects.select_for_update().get(key=key)
    if tally.started_at <= now - period:
        tally.started_at, tally.count = now, 0
    if tally.count >= limit:
        return False
    tally.count += 1
    tally.save()
    return True


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

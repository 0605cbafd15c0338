"""Sealing the log day by day, and looking whether it still is what was sealed."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from .models import Entry, Seal

LOCK = 20_260_003
BATCH = 2_000


@dataclass(frozen=True)
class Mismatch:
    """One day on which the log is no longer what was sealed."""

    day: dt.date
    what: str


def seal_days() -> int:
    """Seal every finished day since the last seal; how many were sealed. Two at once wait for each other."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = Seal.objects.last()
        day = last.day + dt.timedelta(days=1) if last else _first_day()
        sealed, previous = 0, last.digest if last else ""
        while day is not None and day < timezone.localdate():
            number, digest = digest_of(day, previous)
            Seal.objects.create(day=day, entries=number, previous=previous, digest=digest)
            sealed, previous, day = sealed + 1, digest, day + dt.timedelta(days=1)
    return sealed


def _first_day() -> dt.date | None:
    first = Entry.objects.order_by("at").first()
    return timezone.localdate(first.at) if first else None


def digest_of(day: dt.date, previous: str) -> tuple[int, str]:
    """Number and digest of a day's entries, counted in local time, after the seal before."""
    found = hashlib.sha256(previous.encode())
    number = 0
    for row in _rows(day):
        number += 1
        found.update(json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    return number, found.hexdigest()


def _rows(day: dt.date) -> Iterator[list[object]]:
    start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    entries = Entry.objects.filter(at__gte=start, at__lt=start + dt.timedelta(days=1)).order_by("pk")
    for one in entries.iterator(BATCH):
        yield [
            one.pk, one.at.astimezone(dt.UTC).isoformat(), one.actor_id, one.action, one.kind, one.object_id,
            one.label, one.data, one.address, one.request, one.token,
        ]  # fmt: skip


def verify() -> list[Mismatch]:
    """Every sealed day whose entries, or whose place in the chain, are not what was sealed."""
    found, previous, expected = [], "", None
    for seal in Seal.objects.order_by("day"):
        if expected is not None and seal.day != expected:
            found.append(Mismatch(expected, "the seal is missing"))
        if seal.previous != previous:
            found.append(Mismatch(seal.day, "the seal does not follow the one before"))
        number, digest = digest_of(seal.day, seal.previous)
        if number != seal.entries:
            found.append(Mismatch(seal.day, f"{seal.entries} entries were sealed, {number} are there"))
        elif digest != seal.digest:
            found.append(Mismatch(seal.day, "an entry was changed"))
        previous, expected = seal.digest, seal.day + dt.timedelta(days=1)
    return found

"""Sealing the log day by day, and looking whether it still is what was sealed."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from keyi.core import history

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
            versions = versions_of(day)
            number, digest = digest_of(day, previous, versions)
            Seal.objects.create(day=day, entries=number, previous=previous, versions=versions, digest=digest)
            sealed, previous, day = sealed + 1, digest, day + dt.timedelta(days=1)
    return sealed


def _first_day() -> dt.date | None:
    first = Entry.objects.order_by("at").first()
    return timezone.localdate(first.at) if first else None


def digest_of(day: dt.date, previous: str, versions: dict[str, Any]) -> tuple[int, str]:
    """Number and digest of a day's entries, counted in local time, and of its versions, after the seal before."""
    found = hashlib.sha256(previous.encode())
    found.update(json.dumps(versions, sort_keys=True).encode())
    number = 0
    for row in _rows(day):
        number += 1
        found.update(json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    return number, found.hexdigest()


def versions_of(day: dt.date, sealed: dict[str, Any] | None = None) -> dict[str, Any]:
    """Number and digest of a day's versions of each table; of the tables and columns that were sealed then."""
    if sealed is None:
        models = [history.versions_of(model) for model in history.tracked]
        sealed = {
            model._meta.db_table: {"columns": sorted(field.column for field in model._meta.concrete_fields)}
            for model in models
        }
    return {table: _digest_of_table(table, part["columns"], day) for table, part in sealed.items()}


def _digest_of_table(table: str, columns: list[str], day: dt.date) -> dict[str, Any]:
    quote, (start, end) = connection.ops.quote_name, _bounds(day)
    row = f"encode(sha256(convert_to(ROW({', '.join(map(quote, columns))})::text, 'UTF8')), 'hex')"
    together = (
        f"encode(sha256(convert_to(coalesce(string_agg({row}, '' ORDER BY pgh_id), ''), 'UTF8')), 'hex')"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {together} FROM {quote(table)}"  # noqa: S608  our own names
            " WHERE pgh_created_at >= %s AND pgh_created_at < %s",
            [start, end],
        )
        number, digest = cursor.fetchone()
    return {"columns": columns, "rows": number, "digest": digest}


def _bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    return start, start + dt.timedelta(days=1)


def _rows(day: dt.date) -> Iterator[list[object]]:
    start, end = _bounds(day)
    entries = Entry.objects.filter(at__gte=start, at__lt=end).order_by("pk")
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
        found += _changed_versions(seal)
        number, digest = digest_of(seal.day, seal.previous, seal.versions)
        if number != seal.entries:
            found.append(Mismatch(seal.day, f"{seal.entries} entries were sealed, {number} are there"))
        elif digest != seal.digest:
            found.append(Mismatch(seal.day, "an entry was changed"))
        previous, expected = seal.digest, seal.day + dt.timedelta(days=1)
    return found


def _changed_versions(seal: Seal) -> Iterator[Mismatch]:
    for table, sealed in seal.versions.items():
        try:
            with transaction.atomic():
                now = versions_of(seal.day, {table: sealed})[table]
        except ProgrammingError:
            yield Mismatch(seal.day, f"{table}: a column or the table is gone")
            continue
        if now["rows"] != sealed["rows"]:
            yield Mismatch(
                seal.day, f"{table}: {sealed['rows']} versions were sealed, {now['rows']} are there"
            )
        elif now != sealed:
            yield Mismatch(seal.day, f"{table}: a version was changed")

"""Encrypting what is already in the database anew, for a new key."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from . import sealed

BATCH = 1_000


def change_column(table: str, column: str, change: Callable[[str], str]) -> int:
    """Change each text of a column, in batches by key; how many there were. A row saved meanwhile keeps the new."""
    name, field = connection.ops.quote_name(table), connection.ops.quote_name(column)
    read = f"SELECT id, {field} FROM {name} WHERE id > %s AND {field} <> ''"  # noqa: S608  our own names
    write = f"UPDATE {name} SET {field} = %s WHERE id = %s AND {field} = %s"  # noqa: S608
    changed = 0
    with connection.cursor() as cursor:
        for key, text in _rows(read):
            cursor.execute(write, [change(text), key, text])
            changed += cursor.rowcount
    return changed


def change_contents(table: str, column: str, change: Callable[[str], str]) -> int:
    """The same for a column that holds what records said, which nobody changes meanwhile."""
    name, field = connection.ops.quote_name(table), connection.ops.quote_name(column)
    read = f"SELECT id, {field}::text FROM {name} WHERE id > %s AND {field} -> 'fields' ?| %s"  # noqa: S608
    write = f"UPDATE {name} SET {field} = %s::jsonb WHERE id = %s"  # noqa: S608
    changed = 0
    with connection.cursor() as cursor:
        for key, text in _rows(read, sorted(sealed.names())):
            content = sealed.change_content(json.loads(text), change)
            cursor.execute(write, [json.dumps(content, ensure_ascii=False), key])
            changed += 1
    return changed


def _rows(read: str, *values: Any) -> Iterator[tuple[int, str]]:
    """(key, text), a batch at a time."""
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"{read} ORDER BY id LIMIT {BATCH}", [last, *values])
            rows = cursor.fetchall()
            if not rows:
                return
            yield from rows
            last = rows[-1][0]

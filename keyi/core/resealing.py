"""Encrypting what is already in the database anew, for a new key."""

import json
from collections.abc import Callable

from django.db import connection

from . import sealed

BATCH = 1_000


def change_column(table: str, column: str, change: Callable[[str], str]) -> int:
    """Change each text of a column, in batches by key; how many there were. A row saved meanwhile keeps the new."""
    name, field = connection.ops.quote_name(table), connection.ops.quote_name(column)
    read = f"SELECT id, {field} FROM {name} WHERE id > %s AND {field} <> '' ORDER BY id LIMIT {BATCH}"  # noqa: S608  our own names
    write = f"UPDATE {name} SET {field} = %s WHERE id = %s AND {field} = %s"  # noqa: S608
    changed, last = 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(read, [last])
            rows = cursor.fetchall()
            if not rows:
                return changed
            for key, text in rows:
                cursor.execute(write, [change(text), key, text])
                changed += cursor.rowcount
            last = rows[-1][0]


def change_contents(table: str, column: str, change: Callable[[str], str]) -> int:
    """The same for a column that holds what records said; how many rows there were."""
    name, field = connection.ops.quote_name(table), connection.ops.quote_name(column)
    read = (
        f"SELECT id, {field}::text FROM {name} WHERE id > %s AND {field} -> 'fields' ?| %s "  # noqa: S608
        f"ORDER BY id LIMIT {BATCH}"
    )
    write = f"UPDATE {name} SET {field} = %s::jsonb WHERE id = %s"  # noqa: S608
    changed, last = 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(read, [last, sorted(sealed.names())])
            rows = cursor.fetchall()
            if not rows:
                return changed
            for key, text in rows:
                content = sealed.change_content(json.loads(text), change)
                cursor.execute(write, [json.dumps(content, ensure_ascii=False), key])
            changed, last = changed + len(rows), rows[-1][0]

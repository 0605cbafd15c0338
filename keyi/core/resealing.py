"""Encrypting what is already in the database: once when a column becomes an encrypted one, and for a new key."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection, migrations

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


def seal_contents(table: str, column: str) -> migrations.RunPython:
    """As ``seal_columns``."""
    return migrations.RunPython(
        lambda _apps, _schema: change_contents(table, column, sealed.seal),
        lambda _apps, _schema: change_contents(table, column, sealed.unseal),
    )


def seal_columns(table: str, *columns: str) -> migrations.RunPython:
    """The operation of a migration that comes after the columns have become encrypted ones."""

    def each(change: Callable[[str], str]) -> Any:
        def run(_apps: Any, _schema: Any) -> None:
            for column in columns:
                change_column(table, column, change)

        return run

    return migrations.RunPython(each(sealed.seal), each(sealed.unseal))

"""Rows of a table file, read in a process of its own: whatever the file does, it does it to that process.

``python -m keyi.sheets.parse FILE KIND`` writes one JSON line for each sheet: {"name": …, "rows": [[…], …]}, every
cell as text. A fault is one line {"fault": …}. Imports nothing of Django, so that it starts at once.
"""

import csv
import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from keyi.core.csvtext import decoded, plain

MEMORY = 1_500 * 1024 * 1024
CPU_SECONDS = 60
MOST_ROWS = 50_000
MOST_COLUMNS = 300
MOST_SHEETS = 50
LONGEST_CELL = 32_767


class Fault(Exception):
    """Why the file cannot be read; its text is one of the keys of reading.FAULTS."""


def cell_text(value: Any) -> str:
    """A cell as people would type it: whole numbers without a point, days as 2016-01-01."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
        )
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds()) // 3600:02d}:{int(value.total_seconds()) // 60 % 60:02d}"
    return str(value)[:LONGEST_CELL]


def read_workbook(path: str) -> list[dict[str, Any]]:
    import python_calamine as calamine  # noqa: PLC0415  only here, after the limits

    try:
        book = calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError as error:
        raise Fault("password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Fault("broken") from error
    if len(book.sheet_names) > MOST_SHEETS:
        raise Fault("sheets")
    try:
        return [_sheet(book.get_sheet_by_name(name), name) for name in book.sheet_names]
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Fault("broken") from error


def _sheet(sheet: Any, name: str) -> dict[str, Any]:
    if sheet.width > MOST_COLUMNS and sheet.total_width > MOST_COLUMNS:
        raise Fault("columns")
    if sheet.height > MOST_ROWS:
        raise Fault("rows")
    rows = [[cell_text(cell) for cell in row] for row in sheet.iter_rows()]
    return {"name": name, "rows": [_without_end(row) for row in rows]}  # from the first line of the sheet on


def _without_end(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row.pop()
    return row


def read_text(path: str) -> list[dict[str, Any]]:
    with open(path, "rb") as file:
        text = decoded(file.read())
    if text is None:
        raise Fault("encoding")
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > MOST_COLUMNS:
                raise Fault("columns")
            if len(rows) >= MOST_ROWS:
                raise Fault("rows")
            rows.append(_without_end([plain(cell) for cell in row]))
    except csv.Error as error:
        raise Fault("quotes") from error
    return [{"name": "CSV", "rows": rows}]


def main(path: str, kind: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    csv.field_size_limit(LONGEST_CELL * 4)
    try:
        sheets = read_text(path) if kind == "csv" else read_workbook(path)
    except Fault as fault:
        sheets = [{"fault": str(fault)}]
    except MemoryError:
        sheets = [{"fault": "large"}]
    for sheet in sheets:
        sys.stdout.write(json.dumps(sheet, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Excel files, written row by row. Knows nothing of models."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767  # Excel's limit for one cell
LONGEST_TITLE = 31  # and for the name of a sheet
FORBIDDEN_IN_TITLE = str.maketrans("[]:*?/\\", "_______")
# What somebody typed stays text: neither formula nor link nor number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_sheet(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[int] = ()
) -> IO[bytes]:
    """An open temporary file with one sheet. Memory stays the same however many rows there are."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet(title.translate(FORBIDDEN_IN_TITLE)[:LONGEST_TITLE])
        bold = book.add_format({"bold": True, "bg_color": "#EDF1F6", "bottom": 1})
        as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        write_string = sheet.write_string
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if type(value) is str and len(value) <= LONGEST_TEXT:  # most cells: there may be millions
                    if value:
                        write_string(number, column, value)
                elif value is not None:
                    _write(sheet, number, column, value, as_date)
    file.seek(0)
    return file


def _write(sheet: Worksheet, row: int, column: int, value: Any, as_date: Any) -> None:
    if isinstance(value, datetime):
        value = timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), as_date)  # noqa: DTZ001
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value)[:LONGEST_TEXT])


def sheet_response(file: IO[bytes], name: str) -> FileResponse:
    """Send the file for saving under ``name``."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    return response

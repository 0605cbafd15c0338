"""From an uploaded table to rows of text. Every fault of the file becomes a sentence that says what to do."""

import json
import lzma
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from keyi.core import scanner
from keyi.core.files import clean_name

from .parse import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_UNPACKED = 300 * MEGABYTE
MAX_PARTS = 2_000
PATIENCE = 90  # seconds
CHUNK = MEGABYTE
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# whatever a damaged archive provokes while it is unpacked
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError)
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"RIFF", b"BM")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

FAULTS = {
    "large": _("The file is too large. Keep it under 20 MB: split it, or save only the sheet that is needed."),
    "empty": _("The file is empty. Fill in at least one row below the headings."),
    "kind": _("This is no table. Save it in Excel or WPS as .xlsx, .xls or .csv, then upload it again."),
    "password": _("The file is protected by a password. Take the password away in Excel, save, and upload it again."),
    "macros": _("The file contains macros. Save it in Excel as “Excel workbook (.xlsx)”, which has none."),
    "links": _("The file refers to other workbooks. Break the links in Excel (Data – Edit links), then upload again."),
    "nested": _("There are other archives inside the file. Save the table anew in Excel and upload it again."),
    "broken": _("The file is damaged or was cut off. Open it in Excel, save it anew, and upload it again."),
    "encoding": _("The text is neither UTF-8 nor GB18030. In Excel choose “CSV UTF-8” when saving."),
    "quotes": _("The quotation marks in the file do not match. Save it in Excel as .xlsx and upload it again."),
    "rows": _("The table has more than %(rows)d rows. Split it into several files."),
    "columns": _("The table has more than %(columns)d columns. Delete those that are not needed, also empty ones."),
    "sheets": _("The file has more than %(sheets)d sheets. Keep only those that are needed."),
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One sheet: its rows as text, from the first line of the file on."""

    name: str
    rows: list[list[str]]


def fault(code: str) -> ValidationError:
    limits = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "sheets": MOST_SHEETS}
    return ValidationError(FAULTS[code], code=code, params=limits)


def read(upload: File) -> list[Table]:
    """The sheets that have anything in them. Raises ValidationError."""
    if (upload.size or 0) > MAX_BYTES:
        raise fault("large")
    with tempfile.NamedTemporaryFile(prefix="keyi-table-") as copy:
        for chunk in upload.chunks(CHUNK):
            copy.write(chunk)
        copy.flush()
        scanner.check_file(Path(copy.name), clean_name(upload.name))
        kind = _kind(copy.file)
        tables = [table for table in _parsed(copy.name, kind) if any(table.rows)]
    if not tables:
        raise fault("empty")
    return tables


def _kind(file: IO[bytes]) -> str:
    """Judged by the content, never by the name."""
    file.seek(0)
    head = file.read(CHUNK)
    if not head.strip():
        raise fault("empty")
    if head.startswith(ZIP):
        _check_archive(file)
        return "xlsx"
    if head.startswith(OLE):
        if ENCRYPTED in head or ENCRYPTED in file.read():
            raise fault("password")
        return "xls"
    if head.startswith(PICTURES) or (b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise fault("kind")
    return "csv"


def _check_archive(file: IO[bytes]) -> None:
    """A workbook is an archive: it may not unpack to more than we can take, nor hold what is no table."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
    except RuntimeError as error:
        code = "broken" if isinstance(error, NotImplementedError) else "password"  # an encrypted part
        raise fault(code) from error
    except BROKEN as error:
        raise fault("broken") from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    names = [part.filename for part in archive.infolist()]
    if len(names) > MAX_PARTS:
        raise fault("large")
    lower = [name.lower() for name in names]
    if not any(name.startswith("xl/") for name in lower):
        raise fault("kind")
    if any(name.endswith("vbaproject.bin") for name in lower):
        raise fault("macros")
    if any(name.startswith("xl/externallinks/") for name in lower):
        raise fault("links")
    if any(name.endswith((".zip", ".rar", ".7z", ".gz", ".xlsx", ".xlsm")) for name in lower):
        raise fault("nested")
    left = MAX_UNPACKED  # counted as it unpacks: what the archive says of itself need not be true
    for part in archive.infolist():
        with archive.open(part) as content:
            while chunk := content.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise fault("large")


def _parsed(path: str, kind: str) -> list[Table]:
    command = [sys.executable, "-m", "keyi.sheets.parse", path, kind]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603  ours
    except subprocess.TimeoutExpired as error:
        raise fault("large") from error
    if done.returncode < 0:  # ended by the limits of memory or time
        raise fault("large")
    if done.returncode:
        raise fault("broken")
    sheets = [json.loads(line) for line in done.stdout.splitlines()]
    if sheets and (code := sheets[0].get("fault")):
        raise fault(code)
    return [Table(sheet["name"], sheet["rows"]) for sheet in sheets]

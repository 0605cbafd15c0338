"""Files staff offer for download: judged by what is in them.

Word and PDF by the common check, Excel and ZIP here.
"""

import io
import zipfile
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from keyi.core.files import check_document, clean_name

from .models import Download

MAX_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 5_000
MAX_UNZIPPED = 500 * 1024 * 1024
PROGRAMS = (
    ".exe",
    ".com",
    ".bat",
    ".cmd",
    ".msi",
    ".scr",
    ".js",
    ".vbs",
    ".ps1",
    ".jar",
    ".apk",
    ".sh",
    ".lnk",
    ".dll",
)
K = Download.Kind


def check_download(upload: Any) -> str:
    """The kind of the file (docx, xlsx, pdf, zip). Raises ValidationError with a sentence for the person."""
    name = clean_name(upload.name)
    if upload.size > MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than 50 MB. Make it smaller and upload it again."), params={"name": name}
        )
    parts = _parts(upload, name)
    if parts is None:
        check_document(upload, kinds=(K.PDF,), max_bytes=MAX_BYTES)
        return K.PDF
    if "word/document.xml" in parts:
        check_document(upload, kinds=(K.DOCX,), max_bytes=MAX_BYTES)
        return K.DOCX
    is_excel = "xl/workbook.xml" in parts
    if is_excel and any("vbaproject" in part.lower() for part in parts):
        raise ValidationError(
            _("“%(name)s” contains macros. Save it as xlsx without macros."), params={"name": name}
        )
    if any(part.lower().endswith(PROGRAMS) for part in parts):
        raise ValidationError(
            _("“%(name)s” contains a program. Take it out and upload the file again."), params={"name": name}
        )
    return K.XLSX if is_excel else K.ZIP


def _parts(upload: Any, name: str) -> set[str] | None:
    """Names of what is inside a ZIP container; None when it is none."""
    upload.seek(0)
    if upload.read(4) != b"PK\x03\x04":
        return None
    upload.seek(0)
    try:
        with zipfile.ZipFile(io.BytesIO(upload.read())) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
                raise ValidationError(
                    _("“%(name)s” would unpack to far too much. Leave something out."), params={"name": name}
                )
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
            return set(archive.namelist())
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        message = _("“%(name)s” is damaged or protected by a password. Save it again and upload that.")
        raise ValidationError(message, params={"name": name}) from error

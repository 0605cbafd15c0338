"""Looking into PDF and Word files: they must open, and must not be able to do anything."""

import io
import logging
import re
import time
import zipfile
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from .refusal import refuse

MAX_PAGES = 500
MAX_OBJECTS = 200_000
MAX_SECONDS = 10.0
MAX_ENTRIES = 2_000
MAX_UNZIPPED = 200 * 1024 * 1024
MAX_RATIO = 300  # unzipped against zipped; XML seldom reaches 50
MAX_PART = 2 * 1024 * 1024

_ACTIVE_KEYS = frozenset({"/JavaScript", "/JS", "/RichMedia", "/XFA"})
_ACTIVE_KINDS = frozenset(
    {"/JavaScript", "/Launch", "/RichMedia", "/Movie", "/Rendition", "/ImportData", "/SubmitForm"}
)
_EMBEDDING_KEYS = frozenset({"/EmbeddedFiles", "/EF"})
_EXTERNAL_TEMPLATE = re.compile(rb"<[^>]*attachedTemplate[^>]*>")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # every damaged upload would fill the log


def inspect_pdf(content: bytes, name: str) -> int:
    """The number of pages. Raises ValidationError when it does not open, asks for a password, or can act."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise refuse(
                _("“%(name)s” is protected by a password. Remove the protection and upload it again."),
                "encrypted",
                name,
            )
        _refuse_active(reader, name)
        pages = len(reader.pages)
    except ValidationError:
        raise
    except Exception as error:  # pypdf raises whatever hostile bytes provoke
        raise _broken(name) from error
    if pages == 0:
        raise _broken(name)
    if pages > MAX_PAGES:
        message = _("“%(name)s” has more than %(max)d pages. Upload only the pages that are asked for.")
        raise refuse(message, "too_many_pages", name, max=MAX_PAGES)
    return pages


def _refuse_active(reader: PdfReader, name: str) -> None:
    """Refuse scripts, programs and files inside. Every object of the file is looked at, used or not."""
    started = time.monotonic()
    for count, thing in enumerate(_objects(reader)):
        if count > MAX_OBJECTS or time.monotonic() - started > MAX_SECONDS:
            message = _(
                "“%(name)s” is too complicated to be checked. Print it to a new PDF file and upload that."
            )
            raise refuse(message, "too_complex", name)
        if not isinstance(thing, DictionaryObject):
            continue
        if (
            _ACTIVE_KEYS & thing.keys()
            or thing.get("/S") in _ACTIVE_KINDS
            or thing.get("/Subtype") in _ACTIVE_KINDS
        ):
            message = _(
                "“%(name)s” contains a script or a program. Print it to a new PDF file and upload that."
            )
            raise refuse(message, "active", name)
        if _EMBEDDING_KEYS & thing.keys() or thing.get("/Type") == "/EmbeddedFile":
            message = _("“%(name)s” has other files inside. Print it to a new PDF file and upload that.")
            raise refuse(message, "embedded", name)


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object and, within it, every dictionary and list, without following references."""
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    pending = [reader.trailer, *(reader.get_object(number) for number in sorted(numbers))]
    while pending:
        thing = pending.pop()
        yield thing
        if isinstance(thing, DictionaryObject):
            pending.extend(dict.values(thing))
        elif isinstance(thing, ArrayObject):
            pending.extend(list.__iter__(thing))


def inspect_docx(content: bytes, name: str) -> None:
    """Raises ValidationError when it is no Word file, has macros or files inside, or unzips to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, name)
            _refuse_foreign_parts(archive, name)
    except ValidationError:
        raise
    except Exception as error:  # zipfile raises whatever hostile bytes provoke
        raise _broken(name) from error


def _refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_UNZIPPED or total > MAX_RATIO * max(packed, 1):
        message = _("“%(name)s” would unpack to far too much. Save it again in Word and upload that.")
        raise refuse(message, "bomb", name)


def _refuse_foreign_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = set(archive.namelist())
    if not {"[Content_Types].xml", "word/document.xml"} <= parts or any(_leads_out(part) for part in parts):
        raise refuse(
            _("“%(name)s” is not a Word file (docx). Save it as docx or pdf and upload that."),
            "wrong_type",
            name,
        )
    types = _part(archive, "[Content_Types].xml")
    settings = (
        _part(archive, "word/_rels/settings.xml.rels") if "word/_rels/settings.xml.rels" in parts else b""
    )
    remote = any(b"External" in found for found in _EXTERNAL_TEMPLATE.findall(settings))
    if b"macroEnabled" in types or remote or any("vbaproject" in part.lower() for part in parts):
        raise refuse(
            _("“%(name)s” contains macros. Save it as docx without macros and upload that."), "active", name
        )
    if any(part.startswith(("word/embeddings/", "word/activeX/")) for part in parts):
        raise refuse(
            _("“%(name)s” has other files inside. Take them out, or save it as pdf."), "embedded", name
        )


def _part(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(MAX_PART)


def _leads_out(part: str) -> bool:
    return part.startswith("/") or "\\" in part or ".." in part.split("/") or "\0" in part


def _broken(name: str) -> ValidationError:
    message = _("“%(name)s” is damaged and cannot be opened. Export it again and upload that.")
    return refuse(message, "broken", name)

"""Files that people upload: judged by what is in them, never by their names.

Whatever bytes come in, ``check_image`` and ``check_document`` return a CheckedFile or raise ValidationError
with a sentence that names the file and says what to do.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from . import documents, pictures, scanner
from .refusal import refuse

MEGABYTE = 1024 * 1024
IMAGE_MAX_BYTES = 5 * MEGABYTE
IMAGE_MIN_SIZE = (800, 600)
DOCUMENT_MAX_BYTES = 20 * MEGABYTE
DOCUMENT_KINDS = ("pdf", "jpg", "png")
NAME_MAX_LENGTH = 100
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored. ``content`` is what is kept, which for pictures is not what was sent."""

    content: bytes
    content_type: str
    extension: str
    name: str
    sha256: str
    size: int
    width: int | None = None
    height: int | None = None
    phash: str | None = None
    sharpness: float | None = None


def check_image(
    upload: File | BinaryIO, *, max_bytes: int = IMAGE_MAX_BYTES, min_size: tuple[int, int] = IMAGE_MIN_SIZE
) -> CheckedFile:
    """A photo, as JPEG of at most 1 MB and 2000 px, upright, without EXIF, position or any other metadata.

    ``min_size`` is (long side, short side), so that a phone may be held either way.
    """
    name, content = _read(upload, max_bytes, "jpg/png")
    if _kind_of(content) not in ("jpg", "png"):
        raise _wrong_type(name, ("jpg", "png"))
    picture = pictures.open_picture(content, name, min_size=min_size)
    sharpness = pictures.sharpness_of(picture)
    if sharpness < pictures.SHARP_ENOUGH:
        raise refuse(
            _(
                "“%(name)s” is too blurred to see the instrument. Wipe the lens, switch on the light, "
                "take it again and upload it."
            ),
            "blurred",
            name,
        )
    return _picture_file(picture, name, max_side=2000, max_bytes=MEGABYTE, sharpness=sharpness)


def check_document(
    upload: File | BinaryIO, *, kinds: tuple[str, ...] = DOCUMENT_KINDS, max_bytes: int = DOCUMENT_MAX_BYTES
) -> CheckedFile:
    """A document of one of the kinds pdf, jpg, png, docx. Scans in jpg or png become JPEG without metadata;
    pdf and docx are kept as they are.
    """
    name, content = _read(upload, max_bytes, "/".join(kinds))
    kind = _kind_of(content)
    if kind not in kinds:
        raise _wrong_type(name, kinds)
    if kind in ("jpg", "png"):
        picture = pictures.open_picture(content, name)
        return _picture_file(picture, name, max_side=4000, max_bytes=5 * MEGABYTE)
    inspect = documents.inspect_pdf if kind == "pdf" else documents.inspect_docx
    inspect(content, name)
    return _checked(content, kind, name)


def clean_name(name: Any, extension: str = "") -> str:
    """A file name to show: no path, nothing invisible, 100 characters at most, ending as the content is."""
    base = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(char for char in base if char.isprintable()).strip(" .")
    stem, dot, ending = base.rpartition(".")
    stem = (stem if dot else ending) or "file"
    ending = f".{extension}" if extension else f".{ending}"[:10] if dot else ""
    return stem[: NAME_MAX_LENGTH - len(ending)].rstrip(" .") + ending


def _read(upload: Any, max_bytes: int, kinds: str) -> tuple[str, bytes]:
    """The name to speak of, and the whole content, having read no more than is allowed."""
    name = clean_name(getattr(upload, "name", ""))
    declared = getattr(upload, "size", None) or 0
    upload.seek(0)
    content = upload.read(max_bytes + 1) if declared <= max_bytes else b""
    if declared > max_bytes or len(content) > max_bytes:
        raise refuse(
            _("“%(name)s” is too large (%(size)s; at most %(max)s). Make it smaller and upload it again."),
            "too_large",
            name,
            size=filesizeformat(max(declared, len(content))),
            max=filesizeformat(max_bytes),
        )
    if not content:
        raise refuse(_("“%(name)s” is empty. Choose the file again (%(kinds)s)."), "empty", name, kinds=kinds)
    scanner.check(content, name)
    return name, content


def _kind_of(content: bytes) -> str:
    """The kind by the first bytes. A PDF may have some rubbish in front, as the standard's readers allow."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"PK\x03\x04"):
        return "docx"
    return "pdf" if b"%PDF-" in content[:1024] else ""


def _wrong_type(name: str, kinds: tuple[str, ...]) -> ValidationError:
    message = _(
        "“%(name)s” is not a %(kinds)s file, whatever its name says. "
        "Save it as one of these and upload it again."
    )
    return refuse(message, "wrong_type", name, kinds="/".join(kinds))


def _picture_file(
    picture: pictures.Picture, name: str, *, max_side: int, max_bytes: int, sharpness: float | None = None
) -> CheckedFile:
    content, width, height = pictures.as_jpeg(picture, max_side=max_side, max_bytes=max_bytes)
    phash = pictures.phash_of(picture)
    return _checked(content, "jpg", name, width=width, height=height, phash=phash, sharpness=sharpness)


def _checked(content: bytes, kind: str, name: str, **facts: Any) -> CheckedFile:
    return CheckedFile(
        content=content,
        content_type=CONTENT_TYPES[kind],
        extension=kind,
        name=clean_name(name, kind),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        **facts,
    )

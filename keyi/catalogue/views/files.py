"""Files of published records: a visitor gets one only while its token stands in a public copy."""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe
from PIL import Image, ImageOps

from keyi.records.kinds import KINDS
from keyi.records.models.files import RecordFile
from keyi.search.models import Document

SMALL = (480, 360)
A_DAY = "public, max-age=86400"
SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


@require_safe
def public_file(request: HttpRequest, token: str) -> FileResponse:
    """The file itself: pictures are shown, everything else is saved."""
    file = find_public(token)
    return FileResponse(
        _open(str(file.file.name)),
        as_attachment=not file.is_image,
        filename=file.name,
        content_type=file.content_type if file.is_image else "application/octet-stream",
        headers={**SAFE_HEADERS, "Cache-Control": A_DAY},
    )


@require_safe
def small_picture(request: HttpRequest, token: str) -> FileResponse:
    """A picture for lists and cards, made once and kept."""
    file = find_public(token)
    if not file.is_image:
        raise Http404
    name = f"small/{token[:2]}/{token}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(_shrink(str(file.file.name))))
    return FileResponse(
        _open(name),
        content_type="image/jpeg",
        headers={**SAFE_HEADERS, "Cache-Control": A_DAY, "Content-Disposition": "inline"},
    )


def find_public(token: str) -> RecordFile:
    """Raises Http404 for a file that no public copy shows."""
    kind = Document.objects.filter(files__contains=[token]).values_list("kind", flat=True).first()
    file = KINDS[kind].file_model.objects.filter(token=token).first() if kind in KINDS else None
    if file is None:
        raise Http404
    return file


def _open(name: str):
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError as error:
        raise Http404 from error


def _shrink(name: str) -> bytes:
    with _open(name) as source, Image.open(source) as picture:
        small = ImageOps.exif_transpose(picture).convert("RGB")
        small.thumbnail(SMALL)
        target = io.BytesIO()
        small.save(target, "JPEG", quality=82, optimize=True)
        return target.getvalue()

"""Real files, made on the spot."""

import io
import random
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfWriter


def scene(width: int = 1200, height: int = 900, seed: int = 1, blur: float = 0) -> Image.Image:
    """A stand-in for a photo: boxes on a wall."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height), (200, 205, 210))
    draw = ImageDraw.Draw(image)
    for _ in range(25):
        x, y = rng.randrange(width), rng.randrange(height)
        box = (x, y, x + rng.randrange(20, width // 4), y + rng.randrange(20, height // 4))
        draw.rectangle(box, fill=tuple(rng.randrange(60, 245) for _ in "rgb"), outline=(90, 90, 90))
    return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def as_bytes(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def upload(content: bytes, name: str = "整机正面.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf(change=None, pages: int = 2) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def docx(**parts: bytes) -> bytes:
    """The smallest Word file, with ``parts`` added. word__a_xml stands for word/a.xml."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in parts.items():
            path = name.replace("__", "/")
            archive.writestr(".".join(path.rsplit("_", 1)), content)
    return buffer.getvalue()

"""Sample files of the demo: scans that say they are samples, a Word text, an Excel list."""

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from docx import Document
from PIL import Image, ImageDraw, ImageFont

from .glyphs import write

PAGE = (1240, 1754)  # A4 at 150 dpi


def sample_scan(kind: str, pages: int = 1) -> bytes:
    """A PDF of drawn pages, each marked SAMPLE and 示意图. ``kind`` stands in Latin letters at the top."""
    images = [_page(kind, number) for number in range(1, pages + 1)]
    buffer = io.BytesIO()
    images[0].save(buffer, "PDF", resolution=150, save_all=True, append_images=images[1:])
    return buffer.getvalue()


def _page(kind: str, number: int) -> Image.Image:
    image = Image.new("RGB", PAGE, "#fdfdfb")
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 60, PAGE[0] - 60, PAGE[1] - 60), outline="#8a3b3b", width=4)
    draw.text((120, 120), f"SAMPLE  {kind}  {number}", fill="#33404a", font=ImageFont.load_default(56))
    write(draw, (120, 230), 96, "#33404a")
    for line in range(22):
        width = PAGE[0] - 260 - line * 137 % 300
        draw.rectangle((120, 430 + line * 48, 120 + width, 444 + line * 48), fill="#c9ced2")
    draw.ellipse((780, 1290, 1100, 1610), outline="#c0392b", width=14)
    write(draw, (838, 1410), 60, "#c0392b")
    draw.text((150, 1570), "NOT A REAL DOCUMENT", fill="#8a3b3b", font=ImageFont.load_default(44))
    return image


def word_text(title: str, paragraphs: Iterable[str]) -> bytes:
    """A Word file: a title and paragraphs; one that begins with “# ” is a heading."""
    document = Document()
    document.add_heading(title, level=0)
    for text in paragraphs:
        if text.startswith("# "):
            document.add_heading(text[2:], level=1)
        else:
            document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
}


def excel_list(rows: Iterable[Iterable[str]]) -> bytes:
    """An Excel file of one sheet, every cell text."""
    lines = []
    for row in rows:
        cells = "".join(f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' for text in row)
        lines.append(f"<row>{cells}</row>")
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return buffer.getvalue()

"""A Word page with the tables of an official form: A4, 宋体 for text, 黑体 for titles."""

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

SONG, HEI = "宋体", "黑体"
BODY_SIZE = 10.5  # 五号


class Paper:
    """The document and its title."""

    def __init__(self) -> None:
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(1.5)
        style = self.document.styles["Normal"]
        style.font.size = Pt(BODY_SIZE)
        style.paragraph_format.space_after = Pt(0)
        style.element.get_or_add_rPr().append(_fonts(SONG))

    def title(self, *lines: str) -> None:
        for line in lines:
            paragraph = self.document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _write(paragraph, line, font=HEI, size=18)
        paragraph.paragraph_format.space_after = Pt(8)

    def table(self, widths: list[float], *, size: float = BODY_SIZE) -> "FormTable":
        """A new table below what is there. ``widths`` in cm, ``size`` of the letters in points."""
        if self.document.tables:
            self.document.add_paragraph().paragraph_format.line_spacing = Pt(6)
        return FormTable(self.document, widths, size)


class FormTable:
    """Rows of label and value, label and value …"""

    def __init__(self, document: DocxDocument, widths: list[float], size: float) -> None:
        self.widths, self.size = widths, size
        self.table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
        self.table.alignment = WD_TABLE_ALIGNMENT.CENTER
        self.table.autofit = False
        for column, width in zip(self.table.columns, widths, strict=True):
            column.width = Cm(width)

    def row(self, *texts: str, height: float = 0.9) -> None:
        """Labels at the even places, values at the odd ones. ``height`` in cm, at least."""
        cells = self._cells(height)
        for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            self._fill(cell, text, is_label=place % 2 == 0)

    def wide(self, label: str, value: str, *, note: str = "", height: float = 0.9) -> None:
        """One label, and one value over the rest of the row with ``note`` below it."""
        cells = self._cells(height)
        self._fill(cells[0], label, is_label=True)
        merged = cells[1].merge(cells[-1])
        self._fill(merged, value)
        if note:
            paragraph = merged.paragraphs[0] if not value else merged.add_paragraph()
            _write(paragraph, note, font=SONG, size=self.size)

    def heading(self, text: str) -> None:
        cells = self._cells(0.9)
        merged = cells[0].merge(cells[-1])
        merged.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        merged.paragraphs[0].paragraph_format.keep_with_next = True
        _write(merged.paragraphs[0], text, font=HEI, size=12)

    def _cells(self, height: float) -> tuple[_Cell, ...]:
        row = self.table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        row.height, row.height_rule = Cm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        for cell, width in zip(row.cells, self.widths, strict=True):
            cell.width = Cm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        return row.cells

    def _fill(self, cell: _Cell, text: str, *, is_label: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        if is_label:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if text:
            _write(paragraph, text, font=SONG, size=self.size)


def _write(paragraph: Paragraph, text: str, *, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run._element.get_or_add_rPr().append(_fonts(font))


def _fonts(name: str) -> BaseOxmlElement:
    """Chinese in the named font; Latin letters and digits in Times New Roman."""
    fonts = OxmlElement("w:rFonts")
    fonts.set(qn("w:ascii"), "Times New Roman")
    fonts.set(qn("w:hAnsi"), "Times New Roman")
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")
    return fonts

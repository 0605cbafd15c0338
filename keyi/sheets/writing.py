"""The workbooks an import gives out: the template to fill in, and the report with what is wrong in red."""

from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from keyi.codes.fields import CodeField
from keyi.core.rows import RowsField
from keyi.core.xlsx import FORBIDDEN_IN_TITLE, LONGEST_TEXT, LONGEST_TITLE, OPTIONS
from keyi.records.forms.fields import YesNoField

from . import cells
from .columns import EXAMPLE, LANGUAGE, REMARK, Column, label
from .models import Import, Verdict
from .running import headings_of
from .sheet import Sheet

CODES = "代码"
ROWS_WITH_LISTS = 5_000
MOST_LISTED = 5_000
COMMENT = {"x_scale": 2.2, "y_scale": 2.0}
WIDTH = 18
LINES = 1_000_000


def template(sheet: Sheet) -> IO[bytes]:
    """Headings with comments, drop-down lists, the codes on a sheet of their own, an example."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with (
        translation.override(LANGUAGE),
        xlsxwriter.Workbook(file, OPTIONS | {"constant_memory": False}) as book,
    ):
        page = book.add_worksheet(_title(label(sheet.label)))
        codes = book.add_worksheet(CODES)
        plain, needed = _formats(book)
        grey = book.add_format({"font_color": "#6B7785", "italic": True, "num_format": "@"})
        as_text = book.add_format({"num_format": "@"})
        page.freeze_panes(1, 0)
        listed = 0
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, WIDTH, as_text)
            heading = f"{column.heading}*" if column.is_mandatory else column.heading
            page.write_string(0, place, heading, needed if column.is_mandatory else plain)
            page.write_comment(0, place, comment(column), COMMENT)
            page.write_string(1, place, sheet.example.get(column.name, ""), grey)
            if options := options_of(column):
                _write_list(page, codes, place, listed, column, options)
                listed += 1
        last = len(sheet.columns)
        page.set_column(last, last, WIDTH)
        page.write_string(0, last, REMARK, plain)
        page.write_string(1, last, EXAMPLE, grey)
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{LINES}"})
    file.seek(0)
    return file


def _title(text: str) -> str:
    return text.translate(FORBIDDEN_IN_TITLE)[:LONGEST_TITLE]


def _formats(book: xlsxwriter.Workbook) -> tuple[Any, Any]:
    base = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    return book.add_format(base | {"bg_color": "#EDF1F6"}), book.add_format(base | {"bg_color": "#FDECEA"})


def _write_list(
    page: Worksheet, codes: Worksheet, place: int, listed: int, column: Column, options: Sequence[str]
) -> None:
    codes.write_string(0, listed, column.heading)
    for row, text in enumerate(options, start=1):
        codes.write_string(row, listed, text)
    name = xlsxwriter.utility.xl_col_to_name(listed)
    page.data_validation(1, place, ROWS_WITH_LISTS, place, {
        "validate": "list", "source": f"={CODES}!${name}$2:${name}${len(options) + 1}", "error_type": "warning",
        "error_title": _("Not in the list"), "error_message": _("Choose from the list, or write it as the list does."),
    })  # fmt: skip


def options_of(column: Column) -> list[str]:
    """What can be chosen, as it is written in a cell."""
    field = column.field
    if isinstance(field, CodeField):
        items = field.choices_now().select_related("parent")[:MOST_LISTED]
        return [cells.shown(field, item) for item in items]
    if isinstance(field, YesNoField | forms.BooleanField):
        return [cells.YES, cells.NO]
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField | RowsField):
        return [cells.shown(field, value) for value, _label in cells.pairs(field.choices)]
    return []


def comment(column: Column) -> str:
    """What the form says beside the field, and how this cell is written."""
    field = column.field
    lines = [_("Mandatory for submission.")] if column.is_mandatory else []
    lines += [str(field.help_text)] if field.help_text else []
    if limit := getattr(field, "max_length", None):
        lines.append(_("At most %(limit)d characters.") % {"limit": limit})
    if isinstance(field, RowsField):
        names = [str(one.label) for one in field.widget.row_form_class.base_fields.values()]
        lines.append(_("One entry per line (Alt+Enter), its parts divided by |: %(parts)s") % {
            "parts": cells.BETWEEN.join(names)
        })  # fmt: skip
    elif isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField) or _has_several(field):
        lines.append(_("Several are divided by “；”."))
    elif isinstance(field, forms.DateField):
        lines.append(_("A day, for example 2019-03-17."))
    if column.unit:
        lines.append(_("In %(unit)s.") % {"unit": column.unit})
    return "\n".join(lines) or str(field.label)


def _has_several(field: forms.Field) -> bool:
    return isinstance(field, CodeField) and getattr(field, "most", 1) != 1


def report(job: Import, rows: Iterable[Any]) -> IO[bytes]:
    """The table as it was sent, with a remark behind each row and red where something is wrong."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with translation.override(LANGUAGE), xlsxwriter.Workbook(file, OPTIONS) as book:
        page = book.add_worksheet(_title(job.table_name or job.file_name))
        plain, _needed = _formats(book)
        red = book.add_format({"bg_color": "#F8D7DA", "font_color": "#8A1C24"})
        headings = headings_of(job)
        last = max((heading.place for heading in headings), default=-1) + 1
        page.freeze_panes(1, 0)
        for heading in headings:
            page.write_string(0, heading.place, heading.text, plain)
        page.write_string(0, last, REMARK, plain)
        page.set_column(last, last, 60)
        by_heading = _places(job)
        for number, row in enumerate(rows, start=1):
            wrong = {place for heading, _message in row.errors for place in by_heading.get(heading, ())}
            for place, text in enumerate(row.cells):
                if text or place in wrong:
                    page.write_string(number, place, text[:LONGEST_TEXT], red if place in wrong else None)
            for place in wrong:
                if place >= len(row.cells):
                    page.write_blank(number, place, None, red)
            page.write_string(number, last, remark(row)[:LONGEST_TEXT], red if row.errors else None)
    file.seek(0)
    return file


def _places(job: Import) -> dict[str, list[int]]:
    """Heading of our column → the file's columns that make it up."""
    from .kinds import SHEETS  # noqa: PLC0415  the kinds write their own tables with this module

    names = {column.name: column.heading for column in SHEETS[job.sheet].columns}
    found: dict[str, list[int]] = {}
    for heading in headings_of(job):
        name = heading.target.partition(":")[0]
        if name in names:
            found.setdefault(names[name], []).append(heading.place)
    return found


def remark(row: Any) -> str:
    parts = [str(Verdict(row.verdict).label)]
    parts += [f"{heading}：{message}" if heading else message for heading, message in row.errors]
    parts += [
        f"{heading}：{old or _('(empty)')} → {new or _('(empty)')}" for heading, old, new in row.changes
    ]
    parts += [f"{heading}：{text}" for heading, text in row.notes]
    if row.gaps:
        parts.append(_("Still missing for submission: %(names)s") % {"names": "、".join(row.gaps)})
    return "；".join(parts)

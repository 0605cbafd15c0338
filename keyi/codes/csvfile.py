"""Reading a code list from a CSV file: every row checked, every problem told with its line."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import NamedTuple

from django.utils.translation import gettext as _

from keyi.core.csvtext import decoded
from keyi.core.text import narrow, normalise

from .models import CodeList

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_PROBLEMS = 50
MAX_LEVELS = 6
LONGEST_CODE = 30
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
COLUMNS = {
    "code": ("code", "numeric", "代码"),
    "label": ("name", "name_cn", "label", "名称"),
    "label_en": ("name_en", "label_en", "英文名称"),
    "parent": ("parent_code", "上级代码"),
    "alpha2": ("alpha2",),
}


class Row(NamedTuple):
    """One entry as the file says it. ``label_en`` and ``alpha2`` are empty where the file has none."""

    line: int
    code: str
    label: str
    label_en: str
    parent: str
    alpha2: str


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which line of the file; line 0 is the file as a whole."""

    line: int
    reason: str

    def __str__(self) -> str:
        if not self.line:
            return self.reason
        return _("Line %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason}


class BadFile(Exception):
    """The file cannot be loaded. Nothing was changed."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems[:MAX_PROBLEMS]


def read_rows(code_list: str, content: bytes) -> list[Row]:
    """The entries of the file in its order. Raises BadFile."""
    reader = csv.reader(StringIO(_decode(content), newline=""), strict=True)
    try:
        heading = [normalise(cell).casefold() for cell in next(reader, [])]
        rows = list(_rows(reader, _positions(heading)))
    except csv.Error as error:
        reason = _("The quotation marks do not match (%(error)s).") % {"error": error}
        raise _bad(reason, reader.line_num) from error
    if not rows:
        raise _bad(_("The file has no entries."))
    problems = [problem for row in rows if (problem := _problem(row))] + _duplicates(rows)
    if code_list == CodeList.ASSET:
        rows = _parents_by_zeros(rows)
    problems += _bad_parents(rows)
    if problems:
        raise BadFile(sorted(problems, key=lambda problem: problem.line))
    return rows


def _bad(reason: str, line: int = 0) -> BadFile:
    return BadFile([Problem(line, reason)])


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _bad(_("The file is larger than 5 MB. Leave out the columns that are not needed."))
    text = decoded(content)
    if text is not None:
        return text
    raise _bad(_("This is no CSV text in UTF-8 or GB18030. In Excel choose “CSV UTF-8” when saving."))


def _positions(heading: list[str]) -> dict[str, int]:
    places = {
        column: next((heading.index(name) for name in names if name in heading), -1)
        for column, names in COLUMNS.items()
    }
    for column, wanted in (("code", "code"), ("label", "name")):
        if places[column] < 0:
            raise _bad(_("The heading has no column “%(column)s”.") % {"column": wanted}, 1)
    return places


def _rows(reader: Iterator[list[str]], places: dict[str, int]) -> Iterator[Row]:
    count = 0
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise _bad(_("The file has more than 20,000 entries."))
        text = {column: cells[n] if 0 <= n < len(cells) else "" for column, n in places.items()}
        yield Row(
            line=reader.line_num,  # type: ignore[attr-defined]
            code=narrow(text["code"]),
            label=" ".join(text["label"].split()),
            label_en=normalise(text["label_en"]),
            parent=narrow(text["parent"]),
            alpha2=narrow(text["alpha2"]),
        )


def _problem(row: Row) -> Problem | None:
    reason = ""
    if not row.code:
        reason = _("The code is missing.")
    elif len(row.code) > LONGEST_CODE or not CODE.fullmatch(row.code):
        reason = _("The code “%(code)s” may only have letters, digits, dots and hyphens, at most 30.") % {
            "code": row.code[:40]
        }
    elif not normalise(row.label):
        reason = _("The name is missing.")
    elif len(row.label) > 100 or len(row.label_en) > 100:
        reason = _("The name is longer than 100 characters.")
    return Problem(row.line, reason) if reason else None


def _duplicates(rows: list[Row]) -> list[Problem]:
    seen: dict[str, Row] = {}
    problems = []
    for row in rows:
        first = seen.setdefault(row.code.casefold(), row)
        if first is not row and row.code:
            reason = _("The code “%(code)s” stands in line %(first)d already (%(label)s).")
            told = {"code": row.code, "first": first.line, "label": first.label}
            problems.append(Problem(row.line, reason % told))
    return problems


def _bad_parents(rows: list[Row]) -> list[Problem]:
    parents = {row.code: row.parent for row in rows}
    problems = []
    for row in rows:
        if row.parent and row.parent not in parents:
            reason = _("The parent code “%(code)s” is not in the file.") % {"code": row.parent}
            problems.append(Problem(row.line, reason))
        elif _depth(row.code, parents) > MAX_LEVELS:
            reason = _("The parents of “%(code)s” go round in a circle or are more than 6 levels.")
            problems.append(Problem(row.line, reason % {"code": row.code}))
    return problems


def _depth(code: str, parents: dict[str, str]) -> int:
    depth = 0
    while code and depth <= MAX_LEVELS:
        code, depth = parents.get(code, ""), depth + 1
    return depth


def _parents_by_zeros(rows: list[Row]) -> list[Row]:
    """GB/T 14885: 2010104 lies below 2010100, that below 2010000. The file has no column for it."""
    codes = {row.code for row in rows}
    return [row if row.parent else row._replace(parent=_parent_by_zeros(row.code, codes)) for row in rows]


def _parent_by_zeros(code: str, codes: set[str]) -> str:
    above = (code[:-cut] + "0" * cut for cut in (2, 4) if len(code) > cut)
    return next((parent for parent in above if parent != code and parent in codes), "")

"""What changed between two snapshots of a record, field by field, ready for the page.

A side of a change is a list of lines; a line is a list of pieces, each "same", "del" or "ins".
"""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from keyi.core import personal
from keyi.core.labels import Label
from keyi.records.kinds import KINDS
from keyi.records.present import Item, sections

WORD = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*|\s+|.", re.DOTALL)
TOO_DIFFERENT = 0.35  # below this likeness a text is shown as replaced, not as a patchwork
PICTURES = ("image/jpeg", "image/png")
LONGEST = 2000  # characters compared word by word


@dataclass(frozen=True)
class Piece:
    op: str
    text: str


Line = list[Piece]


@dataclass
class Change:
    """One row of the table. ``mark`` names the form field a reviewer's note belongs to; empty: marked elsewhere."""

    name: str
    label: Label | None
    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    old_picture: dict[str, Any] | None = None
    new_picture: dict[str, Any] | None = None
    is_marked_here: bool = True


def compare(kind: str, old: dict[str, Any], new: dict[str, Any]) -> tuple[list[Change], int]:
    """The changes in the order of the form, and how many fields did not change."""
    changes, same = [], 0
    before, after = _items(kind, old), _items(kind, new)
    for section in KINDS[kind].form.sections:
        for name in section.fields:
            if name not in before and name not in after:
                continue
            found = _compare_item(
                before.get(name) or _nothing(after[name]), after.get(name) or _nothing(before[name])
            )
            changes += found
            same += not found
    return changes, same


def field_count(kind: str, content: dict[str, Any]) -> int:
    """How many fields this content was asked for."""
    return len(_items(kind, content))


def _items(kind: str, content: dict[str, Any]) -> dict[str, Item]:
    return {item.name: item for part in sections(kind, content, is_whole=True) for item in part.items}


def _nothing(other: Item) -> Item:
    """The other side of a field that was not asked for there."""
    return Item(other.name, other.label, "empty", "")


def _compare_item(old: Item, new: Item) -> list[Change]:
    if "files" in (old.type, new.type):
        return _compare_files(old, new)
    if old.type == new.type and old.value == new.value:
        return []
    if "table" in (old.type, new.type):
        before, after = compare_rows(_row_lines(old), _row_lines(new))
    else:
        before, after = compare_texts(*(personal.mask(new.name, _plain(item)) for item in (old, new)))
    return [Change(new.name, new.label, before, after)]


def _plain(item: Item) -> str:
    if item.type == "empty":
        return ""
    return "、".join(map(str, item.value)) if item.type == "list" else str(item.value)


def _row_lines(item: Item) -> list[str]:
    """Each row of a table as one line: “Item: water sample · External price: 100”."""
    if item.type != "table":
        return []
    headers = [str(header) for header in item.value["headers"]]
    rows = [zip(headers, row, strict=True) for row in item.value["rows"]]
    pattern = _("%(label)s: %(value)s")
    return [
        " · ".join(pattern % {"label": header, "value": cell} for header, cell in row if cell) for row in rows
    ]


def compare_texts(old: str, new: str) -> tuple[list[Line], list[Line]]:
    """Two texts with the words, or Chinese characters, that were taken out and put in."""
    before, after = _inline(old, new)
    return _split(before), _split(after)


def _inline(old: str, new: str) -> tuple[Line, Line]:
    if not old or not new or max(len(old), len(new)) > LONGEST:
        return _whole(old, "del"), _whole(new, "ins")
    a, b = WORD.findall(old), WORD.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < TOO_DIFFERENT:
        return _whole(old, "del"), _whole(new, "ins")
    before: Line = []
    after: Line = []
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        is_same = op == "equal"
        before += _whole("".join(a[a1:a2]), "same" if is_same else "del")
        after += _whole("".join(b[b1:b2]), "same" if is_same else "ins")
    return before, after


def _whole(text: str, op: str) -> Line:
    return [Piece(op, text)] if text else []


def _split(line: Line) -> list[Line]:
    """Cut a text with line breaks into its lines."""
    lines: list[Line] = [[]]
    for piece in line:
        first, *rest = piece.text.split("\n")
        lines[-1] += _whole(first, piece.op)
        lines += [_whole(text, piece.op) for text in rest]
    return lines if any(lines) else []


def compare_rows(old: list[str], new: list[str]) -> tuple[list[Line], list[Line]]:
    """Row by row; rows that changed in place are compared inside."""
    before: list[Line] = []
    after: list[Line] = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            before += [_whole(row, "same") for row in old[a1:a2]]
            after += [_whole(row, "same") for row in new[b1:b2]]
            continue
        pairs = min(a2 - a1, b2 - b1)
        for one, other in zip(old[a1 : a1 + pairs], new[b1 : b1 + pairs], strict=True):
            out, put = _inline(one, other)
            before.append(out)
            after.append(put)
        before += [_whole(row, "del") for row in old[a1 + pairs : a2]]
        after += [_whole(row, "ins") for row in new[b1 + pairs : b2]]
    return before, after


def _compare_files(old: Item, new: Item) -> list[Change]:
    olds = old.value if old.type == "files" else []
    news = new.value if new.type == "files" else []
    if [_file_line(file) for file in olds] == [_file_line(file) for file in news] and _tokens(
        olds
    ) == _tokens(news):
        return []
    if all(file["type"] in PICTURES for file in [*olds, *news]):
        return _compare_pictures(new, olds, news)
    before, after = compare_rows([_file_line(file) for file in olds], [_file_line(file) for file in news])
    for side, files, others, op in ((before, olds, news, "del"), (after, news, olds, "ins")):
        for place, file in enumerate(files):  # another file under the same name
            if file["token"] not in _tokens(others):
                side[place] = _whole(_file_line(file), op)
    return [Change(new.name, new.label, before, after)]


def _tokens(files: list[dict[str, Any]]) -> list[str]:
    return [file["token"] for file in files]


def _file_line(file: dict[str, Any]) -> str:
    return " · ".join(filter(None, [file["title"], file["name"], file["issued_on"]]))


def _compare_pictures(item: Item, olds: list[dict[str, Any]], news: list[dict[str, Any]]) -> list[Change]:
    """Place by place, side by side. A note belongs to the whole field, so only the first row takes one."""
    changes: list[Change] = []
    for place in range(max(len(olds), len(news))):
        one = olds[place] if place < len(olds) else None
        other = news[place] if place < len(news) else None
        if one and other and one["token"] == other["token"]:
            continue
        label = _("%(field)s, no. %(number)d") % {"field": item.label, "number": place + 1}
        changes.append(
            Change(item.name, label, old_picture=one, new_picture=other, is_marked_here=not changes)
        )
    return changes

"""Text in CSV files that spreadsheets open: nothing of it may run as a formula there."""

from collections.abc import Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
STARTS = frozenset(FORMULA)
MARK = "'"


def safe(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a mark in front; numbers stay numbers."""
    return f"{MARK}{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def safe_row(row: Sequence[Any]) -> list[Any]:
    """``safe`` for every cell, without a call for each: a long export has millions."""
    return [f"{MARK}{cell}" if type(cell) is str and cell[:1] in STARTS else cell for cell in row]


def plain(cell: str) -> str:
    """What was written before ``safe`` marked it."""
    return cell[1:] if cell.startswith(MARK) and cell[1:].startswith(FORMULA) else cell


def decoded(content: bytes) -> str | None:
    """The text of a file that a spreadsheet or an editor wrote; None when it is none."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None

"""Which column of a file is which field: the heading row is found, its headings are matched, the rest is named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .columns import REMARK, Column, money_unit, plain
from .reading import Table

LOOKED_AT = 12  # rows in which the headings are looked for
SAMPLES = 3


@dataclass(frozen=True)
class Heading:
    """One column of the file. ``target`` is "field", "field:part", or empty: nothing takes it."""

    place: int
    text: str
    target: str
    samples: tuple[str, ...]

    @property
    def unit(self) -> str:
        return money_unit(self.text)


@dataclass(frozen=True)
class Match:
    """``first`` is the place of the first row below the headings."""

    table: int
    first: int
    headings: tuple[Heading, ...]


def match(tables: Sequence[Table], columns: Sequence[Column], kept: Mapping[str, str]) -> Match:
    """The best guess over all sheets and their first rows. ``kept``: plain heading → target, from earlier files."""
    known = known_headings(columns) | dict(kept)
    best: tuple[int, int, int] = (0, 0, 0)  # how many are known, sheet, row
    for number, table in enumerate(tables):
        for row in range(min(LOOKED_AT, len(table.rows))):
            texts = _headings(table, row)
            score = sum(bool(known.get(plain(text))) for text in texts if text)
            if score > best[0]:
                best = (score, number, row)
    _score, number, row = best
    table = tables[number]
    return Match(number, row + 1, tuple(_matched(table, row, known)))


def known_headings(columns: Iterable[Column]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        for part in column.parts:
            for name in part.names:
                found.setdefault(name, f"{column.name}:{part.key}")
    for column in columns:
        found |= dict.fromkeys(column.names, column.name)
    return found


def targets(columns: Iterable[Column]) -> dict[str, str]:
    """Everything a column can be matched to, with its heading."""
    found: dict[str, str] = {}
    for column in columns:
        found[column.name] = column.heading
        found |= {f"{column.name}:{part.key}": part.heading for part in column.parts}
    return found


def _headings(table: Table, row: int) -> list[str]:
    """The headings of a row; where it is empty, the cell merged with it from the row above."""
    texts = [text.strip() for text in table.rows[row]]
    if row and any(texts):
        above = table.rows[row - 1]
        width = max(len(texts), len(above))
        texts += [""] * (width - len(texts))
        texts = [
            text or (above[place].strip() if place < len(above) else "") for place, text in enumerate(texts)
        ]
    return texts


def _matched(table: Table, row: int, known: Mapping[str, str]) -> Iterable[Heading]:
    below = table.rows[row + 1 :]
    taken: set[str] = set()
    for place, text in enumerate(_headings(table, row)):
        values = [cells[place] for cells in below if place < len(cells) and cells[place].strip()]
        if not text and not values:
            continue
        target = "" if text == REMARK else known.get(plain(text), "")
        if target in taken:
            target = ""
        taken.add(target)
        yield Heading(place, text, target, tuple(value.strip()[:60] for value in values[:SAMPLES]))

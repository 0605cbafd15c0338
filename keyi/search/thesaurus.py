"""What different words mean the same, which words are wider, and by which methods a task is done.

Kept by the operator in the table (``load_thesaurus``); an empty table means the list that came with the program,
data/thesaurus.csv. A group is named by its first term. A record is filed under every group one of whose terms it
says, and under every wider group: “电镜” finds a 透射电镜, “透射电镜” does not find every 电镜.
"""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from . import sounds
from .models import ThesaurusGroup
from .segment import Atom, atoms, han_runs, normalise

SHIPPED = Path(__file__).parent / "data" / "thesaurus.csv"
COLUMNS = ("subject", "terms", "narrower", "related")
MAKER = "maker"
LEAST_LETTERS = 5  # a word of fewer letters is not looked for with a slip of the pen


class BadThesaurusError(Exception):
    """The file cannot be used. The text names the line and what to mend."""


@dataclass(frozen=True)
class Group:
    subject: str
    terms: tuple[str, ...]
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.terms[0]


@dataclass(frozen=True)
class Match:
    """``keys`` of the groups that the atoms ``start`` to ``end`` (exclusive) name."""

    start: int
    end: int
    keys: tuple[str, ...]


@dataclass
class Thesaurus:
    groups: dict[str, Group]
    fingerprint: str
    wider: dict[str, set[str]] = field(default_factory=dict)
    _terms: dict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))
    _lengths: dict[str, list[int]] = field(
        default_factory=dict
    )  # of the terms with this first atom, longest first
    _by_sound: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _slips: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for group in self.groups.values():
            for term in group.terms:
                self._learn(group.name, term)
        begins: dict[str, set[int]] = defaultdict(set)
        for pieces in filter(None, self._terms):
            begins[pieces[0]].add(len(pieces))
        self._lengths = {first: sorted(lengths, reverse=True) for first, lengths in begins.items()}
        above: dict[str, set[str]] = defaultdict(set)
        for group in self.groups.values():
            for narrower in group.narrower:
                above[narrower].add(group.name)
        self.wider = {name: _closure(name, above) for name in self.groups}

    def _learn(self, key: str, term: str) -> None:
        text = normalise(term)
        pieces = tuple(atom.text for atom in atoms(text))
        spellings = {pieces}
        if all(piece.isascii() for piece in pieces):
            spellings.add(("".join(pieces),))
            for piece in {"".join(pieces), *pieces}:
                if piece.isalpha() and len(piece) >= LEAST_LETTERS:
                    for slip in _less_one(piece):
                        self._slips[slip].add(piece)
        for spelling in spellings:
            self._terms[spelling].add(key)
        if han_runs(text) == [text] and len(text) > 1:
            self._by_sound[sounds.joined(text)].add(key)
            if len(text) > 2:
                self._by_sound[sounds.initials(text)].add(key)

    def matches(self, pieces: list[Atom]) -> list[Match]:
        """The longest terms in the text, none inside another one, in the order of the text."""
        found: list[Match] = []
        texts, last = [atom.text for atom in pieces], 0
        for start, first in enumerate(texts):
            for length in self._lengths.get(first, ()):
                end = start + length
                if end > len(texts) or end <= last:
                    continue
                keys = self._terms.get(tuple(texts[start:end]))
                if keys and all(atom.gap != "break" for atom in pieces[start + 1 : end]):
                    found.append(Match(start, end, tuple(sorted(keys))))
                    last = end
                    break
        return found

    def concepts(self, pieces: list[Atom], *, with_makers: bool) -> set[str]:
        """The groups a record is filed under, as words of the index. 理学 is a maker and part of 物理学."""
        found: set[str] = set()
        for match in self.matches(pieces):
            for key in match.keys:
                if with_makers or self.groups[key].subject != MAKER:
                    found |= {key, *self.wider[key]}
        return {concept(key) for key in found}

    def sounding(self, letters: str) -> set[str]:
        """Groups one of whose terms has these sounds or first letters."""
        return self._by_sound.get(letters, set())

    def similar(self, word: str) -> set[str]:
        """Known words that differ from ``word`` in one letter more, less, other, or in two exchanged ones."""
        if len(word) < LEAST_LETTERS:
            return set()
        near = {known for slip in _less_one(word) for known in self._slips.get(slip, ())}
        return {known for known in near if _is_one_slip(word, known)}

    def keys_of(self, word: str) -> set[str]:
        return self._terms.get((word,), set())


def concept(key: str) -> str:
    """The group as one word of the index, which nobody can type."""
    return "#" + normalise(key).replace(" ", "")


def parse(lines: Iterable[str]) -> list[Group]:
    """Raises BadThesaurusError."""
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BadThesaurusError(f"第 1 行应为 The first line has to be: {','.join(COLUMNS)}")
    groups = [_group(row, number) for number, row in enumerate(reader, start=2)]
    _check(groups)
    return groups


def _group(row: dict[str, str | None], number: int) -> Group:
    cells = {name: row.get(name) for name in COLUMNS}
    if None in row or None in cells.values():
        raise BadThesaurusError(
            f"第 {number} 行应有 {len(COLUMNS)} 列 Line {number} has to have {len(COLUMNS)} cells"
        )
    parts = {name: tuple(_parts(cells[name] or "")) for name in COLUMNS[1:]}
    if not parts["terms"] or not all(atoms(normalise(term)) for term in parts["terms"]):
        raise BadThesaurusError(f"第 {number} 行没有可查的词 Line {number} has no word to look for")
    return Group((cells["subject"] or "").strip(), parts["terms"], parts["narrower"], parts["related"])


def _parts(cell: str) -> Iterator[str]:
    return (part.strip() for part in cell.split("|") if part.strip())


def _check(groups: list[Group]) -> None:
    names = Counter(group.name for group in groups)
    if twice := [name for name, number in names.items() if number > 1]:
        raise BadThesaurusError(f"重复的组 Groups that occur twice: {'、'.join(twice)}")
    for group in groups:
        if unknown := {*group.narrower, *group.related} - names.keys():
            raise BadThesaurusError(
                f"“{group.name}”所指的组不存在 “{group.name}” names unknown groups: {'、'.join(sorted(unknown))}"
            )


@cache
def shipped() -> tuple[Group, ...]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return tuple(parse(file))


@lru_cache(maxsize=2)
def build(groups: tuple[Group, ...]) -> Thesaurus:
    """The same for the same groups: learning thousands of words takes its time, and nothing changes them."""
    mark = hashlib.sha256(repr(sorted(map(repr, groups))).encode()).hexdigest()[:16]
    return Thesaurus({group.name: group for group in groups}, mark)


def current() -> Thesaurus:
    """The operator's thesaurus, or the program's own where none was loaded."""
    rows = ThesaurusGroup.objects.order_by("pk")
    groups = tuple(Group(row.subject, *map(tuple, (row.terms, row.narrower, row.related))) for row in rows)
    return build(groups or shipped())


def _closure(name: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for wider in above[waiting.pop()] - found:
            found.add(wider)
            waiting.append(wider)
    return found - {name}


def _less_one(word: str) -> set[str]:
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def _is_one_slip(a: str, b: str) -> bool:
    if a == b:
        return True
    if len(a) == len(b):
        other = [n for n in range(len(a)) if a[n] != b[n]]
        return len(other) == 1 or (
            len(other) == 2
            and other[1] == other[0] + 1
            and a[other[0]] == b[other[1]]
            and a[other[1]] == b[other[0]]
        )
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))

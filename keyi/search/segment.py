"""Taking text apart for the search: what people type and what records say, in one and the same way.

Text is first made one spelling (half-width, small letters, no accents, simplified characters) and then cut into
atoms: a Chinese character, a run of letters, a number. Of these come the words that are looked up:

* every two neighbouring Chinese characters (a record is found by any part of its name, known to a dictionary or not);
* letters and numbers with and without what stands between them: “JEM-2100F” gives jem, 2100, f, jem2100, 2100f,
  jem2100f, so that a model is found however it is written.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from keyi.core.dictionaries import split_words

MAX_PARTS = 12  # of one model number; longer runs are no model numbers
LONGEST_JOIN = 5
HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ATOM = re.compile(rf"(?P<han>[{HAN}])|(?P<number>\d+(?:\.\d+)?)|(?P<letters>[^\W\d_{HAN}]+)")
_TIGHT = re.compile(r"[-\u2010-\u2015\u2212/+._'·&*|]{0,2}")
_WORD = re.compile(rf"[{HAN}]+")


class _Simplified(dict[int, str]):
    """For ``str.translate``: learns each character when it is first met."""

    def __init__(self) -> None:
        self.converter = OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        self[code] = self.converter.convert(chr(code)) if code > 0x2E7F else chr(code)
        return self[code]


_SIMPLIFIED = _Simplified()


@dataclass(frozen=True)
class Atom:
    """``gap``: what stands before it: "" or a hyphen (“tight”), a blank (“blank”) or more (“break”)."""

    text: str
    is_han: bool
    gap: str


def normalise(text: str) -> str:
    """One spelling for what is the same to a reader; blanks for everything that cannot be seen."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        text = text.translate(_SIMPLIFIED)
        parts = unicodedata.normalize("NFD", text)
        text = "".join(char for char in parts if char < "\u0300" or unicodedata.category(char) != "Mn")
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())


def atoms(text: str) -> list[Atom]:
    """The atoms of normalised text."""
    found: list[Atom] = []
    end = 0
    for match in _ATOM.finditer(text):
        between = text[end : match.start()]
        if not found:
            gap = "break"
        elif not between or _TIGHT.fullmatch(between):
            gap = "tight"
        else:
            gap = "blank" if between == " " else "break"
        found.append(Atom(match[0], match.lastgroup == "han", gap))
        end = match.end()
    return found


def runs(pieces: list[Atom], *, over_blanks: bool = False) -> Iterator[list[Atom]]:
    """Neighbours of one script. ``over_blanks``: “iCAP 6300” is one run of letters and numbers."""
    run: list[Atom] = []
    for atom in pieces:
        is_next = (
            run
            and atom.is_han == run[-1].is_han
            and (atom.gap == "tight" or (atom.gap == "blank" and over_blanks))
        )
        if run and not is_next:
            yield run
            run = []
        run.append(atom)
    if run:
        yield run


def join(run: list[Atom]) -> str:
    return "".join(atom.text for atom in run)


def words(pieces: list[Atom], *, over_blanks: bool = False) -> set[str]:
    """Everything a field is found by, but for the thesaurus."""
    found: set[str] = set()
    for run in runs(pieces, over_blanks=over_blanks):
        found |= set(pairs(join(run))) if run[0].is_han else _joins(run[:MAX_PARTS])
    return found


def pairs(han: str) -> list[str]:
    """“核磁共振” gives 核磁, 磁共, 共振; one character gives itself."""
    return [han[n : n + 2] for n in range(len(han) - 1)] or [han]


def _joins(run: list[Atom]) -> set[str]:
    return {
        join(run[start:end])
        for start in range(len(run))
        for end in range(start + 1, min(len(run), start + LONGEST_JOIN) + 1)
    } | {join(run)}


def canonical(text: str) -> str:
    """A model number as it is compared: iCAP 6300, Icap6300 and i-CAP6300 are one."""
    return join(atoms(normalise(text)))


def cut(han: str) -> list[str]:
    """A stretch of Chinese as words; a single character goes with the word after it, the last one before it."""
    found: list[str] = []
    held = ""
    for word in split_words(han):
        held += word
        if len(word) > 1 or word in STOP:
            found += [held] if held == word or len(word) > 1 else [held[:-1], word]
            held = ""
    if held and found and found[-1] not in STOP:
        found[-1] += held
    elif held:
        found.append(held)
    return found


# What people write around what they look for.
STOP = frozenset(
    """
    的 了 做 测 用 有 在 和 与 及 或 我 想 要 能 台 个 请 去 可以 能够 怎么 怎样 什么 如何 哪里 哪儿 哪家 哪个 哪些 请问
    需要 想要 一台 进行 测试 测定 检测 检验 测量 分析 观察 仪器 设备 单位 机构 实验室 附近 预约 共享 服务 寻找 查找
    有没有 可做 能做 相关 方面 情况
    the of a an for to in and or with where can i how
    """.split()  # noqa: SIM905 - a list of quotation marks would be harder to keep
)


@cache
def is_stop(word: str) -> bool:
    return word in STOP


def han_runs(text: str) -> list[str]:
    return _WORD.findall(text)

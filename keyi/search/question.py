"""What somebody means by what they typed: each word with the ways in which a record may answer it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import tantivy

from keyi.core.dictionaries import split_words

from . import sounds
from .segment import Atom, atoms, canonical, cut, is_stop, join, normalise, pairs, runs
from .thesaurus import LEAST_LETTERS, Match, Thesaurus, concept

MAX_TYPED = 200  # characters; what is longer is cut
MAX_ATOMS = 80
MAX_WORDS = 12
MOST_ALSO = 6
MAX_ENDINGS = 30  # words that go on from what was typed
SHORT_TERM = 2  # Chinese terms so short may be parts of other words: 理学 in 理学院


@dataclass(frozen=True)
class Way:
    """All of ``tokens`` in one place of the index. ``weight``: how good an answer it is."""

    tokens: tuple[str, ...]
    weight: float = 1.0
    where: str = "all"  # or sound, letters; or slip: one token, with a slip of the pen


@dataclass
class Word:
    typed: str
    ways: list[Way] = field(default_factory=list)
    marked: tuple[str, ...] = ()  # what to mark in the results besides what was typed

    @property
    def is_letters(self) -> bool:
        return self.typed.isascii() and self.typed.isalpha()


@dataclass
class Question:
    typed: str  # normalised
    words: list[Word]
    models: tuple[str, ...]  # what may be the whole of a model number

    @property
    def marked(self) -> list[str]:
        return list(dict.fromkeys(text for word in self.words for text in (word.typed, *word.marked)))

    @property
    def also(self) -> list[str]:
        """Other names of what was asked for, which were looked for as well."""
        found = {
            normalise(term): term
            for word in self.words
            for term in word.marked
            if normalise(term) != word.typed
        }
        return list(found.values())[:MOST_ALSO]


class Reader:
    """Reads questions against one state of the index, which says whether a word is known at all."""

    def __init__(self, searcher: tantivy.Searcher, thesaurus: Thesaurus, *, literal: bool = False) -> None:
        """``literal``: without the thesaurus, only what was typed."""
        self.searcher, self.thesaurus, self.literal = searcher, thesaurus, literal

    def read(self, typed: str) -> Question:
        text = normalise(typed[:MAX_TYPED])
        pieces = atoms(text)[:MAX_ATOMS]
        parts = list(self._parts(pieces))
        once = {tuple(atom.text for atom in part[0]): part for part in parts}
        kept = [part for part in once.values() if not self._is_idle(part)] or list(once.values())
        words = [self._word(*part) for part in kept[:MAX_WORDS]]
        models = tuple(
            join(run) for run in runs(pieces, over_blanks=True) if not run[0].is_han and len(join(run)) > 1
        )
        return Question(text, self._heard(words), models)

    def _parts(self, pieces: list[Atom]) -> Iterator[tuple[list[Atom], tuple[str, ...]]]:
        """The words in order, each with the groups of the thesaurus that it names."""
        place = 0
        for match in self._matches(pieces):
            yield from ((rest, ()) for rest in _plain(pieces[place : match.start]))
            yield pieces[match.start : match.end], match.keys
            place = match.end
        yield from ((rest, ()) for rest in _plain(pieces[place:]))

    def _matches(self, pieces: list[Atom]) -> list[Match]:
        if self.literal:
            return []
        borders = _borders(pieces)
        return [
            match
            for match in self.thesaurus.matches(pieces)
            if _is_whole(pieces, match) and (_length(pieces, match) > SHORT_TERM or _stands(match, borders))
        ]

    def _is_idle(self, part: tuple[list[Atom], tuple[str, ...]]) -> bool:
        return not part[1] and is_stop(join(part[0]))

    def _word(self, pieces: list[Atom], keys: tuple[str, ...]) -> Word:
        word = Word(" ".join(join(run) for run in runs(pieces)) if keys else join(pieces))
        if keys:
            self._named(word, pieces, keys)
        elif pieces[0].is_han:
            self._chinese(word)
        else:
            self._latin(word, pieces)
        return word

    def _named(self, word: Word, pieces: list[Atom], keys: tuple[str, ...]) -> None:
        """A term of the thesaurus: its group, then what it is done by, then the letters themselves."""
        groups = [self.thesaurus.groups[key] for key in keys]
        word.ways = [Way((concept(key),)) for key in keys]
        word.ways += [Way((concept(other),), 0.35) for group in groups for other in group.related]
        literal = tuple(
            token for run in runs(pieces) for token in (pairs(join(run)) if run[0].is_han else [join(run)])
        )
        word.ways.append(Way(literal, 0.6))
        word.marked = tuple(term for group in groups for term in group.terms)

    def _chinese(self, word: Word) -> None:
        if len(word.typed) > 1:
            word.ways = [Way(tuple(pairs(word.typed)))]
        else:
            word.ways = [Way((token,), 0.8) for token in self._beginning(word.typed)]

    def _latin(self, word: Word, pieces: list[Atom]) -> None:
        word.ways = [Way((word.typed,))]
        if self.knows(word.typed):
            return
        parts = tuple(atom.text for atom in pieces)
        if len(parts) > 1 and all(self.knows(part) for part in parts):
            word.ways.append(Way(parts, 0.8))
        if len(word.typed) > 2:
            word.ways += [Way((token,), 0.7) for token in self._beginning(word.typed)]
        if word.is_letters:
            word.ways += self._spoken(word.typed)
        word.ways += self._slipped(word.typed)

    def _spoken(self, letters: str) -> list[Way]:
        """As pinyin; as first letters only where it is no pinyin."""
        ways = [Way((concept(key),), 0.8) for key in sorted(self.thesaurus.sounding(letters))]
        for tokens in sounds.typed_sounds(letters):
            if all(self.knows(token, "sound") for token in tokens):
                ways.append(Way(tuple(sorted(tokens)), 0.7, "sound"))
        first = sounds.typed_letters(letters)
        if not ways and first and all(self.knows(token, "letters") for token in first):
            ways.append(Way(tuple(sorted(first)), 0.5, "letters"))
        return ways

    def _slipped(self, word: str) -> list[Way]:
        if len(word) < LEAST_LETTERS or word.isdigit():
            return []
        keys = {key for known in self.thesaurus.similar(word) for key in self.thesaurus.keys_of(known)}
        return [*(Way((concept(key),), 0.7) for key in sorted(keys)), Way((word,), 0.6, "slip")]

    def _beginning(self, letters: str) -> list[str]:
        return [
            token for token, _number in self.searcher.terms_with_prefix("all", letters, limit=MAX_ENDINGS)
        ]

    def knows(self, token: str, where: str = "all") -> bool:
        return self.searcher.doc_freq(where, token) > 0

    def _heard(self, words: list[Word]) -> list[Word]:
        """Pinyin with blanks in between is one word: “sao miao dian jing”."""
        found: list[Word] = []
        held: list[Word] = []
        for word in [*words, Word("")]:
            if word.typed and word.is_letters and not self.knows(word.typed):
                held.append(word)
                continue
            found += self._together(held) if len(held) > 1 else held
            held = []
            found.append(word)
        return found[:-1]

    def _together(self, held: list[Word]) -> list[Word]:
        letters = "".join(word.typed for word in held)
        ways = self._spoken(letters)
        if not ways:
            return held
        if all(word.ways for word in held):
            each = [next((way for way in word.ways if way.where == "sound"), None) for word in held]
            tokens = {token for way in each if way for token in way.tokens}
            if tokens and all(each):
                ways.append(Way(tuple(sorted(tokens)), 0.6, "sound"))
        return [Word(letters, ways)]


def _plain(pieces: list[Atom]) -> Iterator[list[Atom]]:
    """Words outside the thesaurus: Chinese as it is cut, letters and numbers as they stand together."""
    for run in runs(pieces):
        if not run[0].is_han:
            yield run
            continue
        place = 0
        for word in cut(join(run)):
            yield run[place : place + len(word)]
            place += len(word)


def _is_whole(pieces: list[Atom], match: Match) -> bool:
    """Not a part of a longer number: “CT-4008” does not ask for a CT."""
    first, last = pieces[match.start], pieces[match.end - 1]
    before = pieces[match.start - 1] if match.start else None
    after = pieces[match.end] if match.end < len(pieces) else None
    is_cut_before = before and not first.is_han and not before.is_han and first.gap == "tight"
    is_cut_after = after and not last.is_han and not after.is_han and after.gap == "tight"
    return not is_cut_before and not is_cut_after


def _length(pieces: list[Atom], match: Match) -> int:
    """In Chinese characters; what has letters in it is long enough."""
    has_letters = any(not atom.is_han for atom in pieces[match.start : match.end])
    return SHORT_TERM + 1 if has_letters else match.end - match.start


def _borders(pieces: list[Atom]) -> set[int]:
    """Places between words, as the dictionary of the language sees them."""
    found, place = {0}, 0
    for run in runs(pieces):
        for word in split_words(join(run)) if run[0].is_han else [run]:
            place += len(word)
            found.add(place)
    return found


def _stands(match: Match, borders: set[int]) -> bool:
    return match.start in borders and match.end in borders


def whole_name(typed: str) -> str:
    return canonical(typed[:MAX_TYPED])

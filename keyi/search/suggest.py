"""Suggestions while somebody is typing: the last word may go on."""

import tantivy

from .find import Finder, Request
from .index import engine
from .place import reading_files
from .question import Way, Word

LEAST_SOUND = 3  # letters before they are taken for the beginning of pinyin
ENDINGS = 20


def suggest(text: str, kind: str, size: int) -> list[int]:
    """Documents of one kind that answer what was typed so far. Raises NotReadyError, DamagedError."""
    with reading_files():
        return _Suggester(engine().view(), Request(text, kinds=(kind,), size=size, with_counts=False)).ids()


class _Suggester(Finder):
    def ids(self) -> list[int]:
        if not self.question.words:
            return []
        words = self.question.words
        words[-1] = going_on(self.searcher, words[-1])
        return self._ids(self.page(self.filters())())


def going_on(searcher: tantivy.Searcher, word: Word) -> Word:
    """The word with everything that begins like it; slips of the pen are no beginnings."""
    ways = [way for way in word.ways if way.where != "slip"]
    if not word.typed.isascii():  # two characters that stand in the middle of a name are its beginning, too
        return Word(word.typed, ways)
    begun = [Way((token,), 0.7) for token, _ in searcher.terms_with_prefix("all", word.typed, limit=ENDINGS)]
    if word.is_letters and len(word.typed) >= LEAST_SOUND:
        heard = searcher.terms_with_prefix("sound", word.typed, limit=ENDINGS)
        begun += [Way((token,), 0.6, "sound") for token, _ in heard]
    return Word(word.typed, [*ways, *begun])

"""Pinyin: the sounds and first letters of Chinese words, and telling what somebody types in letters."""

from collections.abc import Iterator
from functools import cache, lru_cache

from keyi.core.dictionaries import has_sound, pinyin

LETTERS = 3  # the first letters of so many neighbouring characters are one word of the index
MAX_READINGS = 4
MAX_TYPED = 40


@lru_cache(maxsize=50_000)
def syllables(han: str) -> tuple[str, ...]:
    return tuple(pinyin(han, errors="ignore"))


def joined(han: str) -> str:
    return "".join(syllables(han))


def initials(han: str) -> str:
    return "".join(sound[0] for sound in syllables(han))


def sound_words(han: str) -> set[str]:
    """The sounds of every two neighbouring characters: 扫描电镜 gives saomiao, miaodian, dianjing."""
    sounds = syllables(han)
    return {"".join(sounds[n : n + 2]) for n in range(len(sounds) - 1)}


def letter_words(han: str) -> set[str]:
    """The first letters of every three neighbouring characters: 扫描电镜 gives smd, mdj."""
    first = initials(han)
    return {first[n : n + LETTERS] for n in range(len(first) - LETTERS + 1)}


def typed_sounds(letters: str) -> list[set[str]]:
    """The ways to read what was typed as pinyin of two or more characters, each as words of sounds."""
    found = []
    for reading in readings(letters[:MAX_TYPED]):
        if len(reading) > 1:
            found.append({"".join(reading[n : n + 2]) for n in range(len(reading) - 1)})
        if len(found) == MAX_READINGS:
            break
    return found


def typed_letters(letters: str) -> set[str]:
    """What was typed as the first letters of characters; empty when there are too few."""
    return {letters[n : n + LETTERS] for n in range(len(letters) - LETTERS + 1)}


def readings(letters: str) -> Iterator[list[str]]:
    """“xian” is xian and xi an: longest syllables first. Stops early where letters cannot be pinyin."""
    if not letters:
        yield []
        return
    if not _can_be_read(letters):
        return
    for end in range(min(6, len(letters)), 0, -1):
        if letters[:end] in all_syllables():
            for rest in readings(letters[end:]):
                yield [letters[:end], *rest]


@lru_cache(maxsize=10_000)
def _can_be_read(letters: str) -> bool:
    if not letters:
        return True
    known = all_syllables()
    return any(letters[:end] in known and _can_be_read(letters[end:]) for end in range(1, 7) if letters[:end])


@cache
def all_syllables() -> frozenset[str]:
    common = "".join(chr(code) for code in range(0x4E00, 0x9FA6) if has_sound(chr(code)))
    return frozenset(sound for sound in pinyin(common) if sound.isascii() and sound.isalpha())

"""The dictionaries of the Chinese language: sounds and words. They are large, so they are read when first asked."""

from collections.abc import Callable, Iterable


def pinyin(text: str, *, errors: str | Callable[[str], str] = "default", v_to_u: bool = False) -> list[str]:
    """Pinyin without tones, syllable by syllable; ``errors``: what becomes of everything else, as in pypinyin."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return lazy_pinyin(text, style=Style.NORMAL, errors=errors, v_to_u=v_to_u)


def has_sound(char: str) -> bool:
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415

    return ord(char) in PINYIN_DICT


def split_words(han: str) -> Iterable[str]:
    """A stretch of Chinese cut into words."""
    import rjieba  # noqa: PLC0415

    return rjieba.cut(han)

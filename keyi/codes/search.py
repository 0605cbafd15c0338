"""Finding an item of a code list by what somebody types: name, code, pinyin or initials."""

import re
import unicodedata

from django.db.models import Q
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .models import CodeItem, CodeQuerySet, reads_english

MAX_TYPED = 60
MAX_WORDS = 6
VOWELS = frozenset("aeiouv")


def tidy(typed: str) -> str:
    """Full-width becomes half-width, capitals become small, runs of blanks become one."""
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().replace("\0", "").split())


def words_of(typed: str) -> list[str]:
    return tidy(typed[:MAX_TYPED]).split()[:MAX_WORDS]


def choosable(code_list: str, *, leaves_only: bool = False, under: str = "") -> CodeQuerySet:
    items = CodeItem.objects.leaves(code_list) if leaves_only else CodeItem.objects.in_use(code_list)
    return items.under(under) if under else items


def find(
    code_list: str, typed: str, *, leaves_only: bool = False, under: str = "", limit: int = 20
) -> list[CodeItem]:
    """The items that fit every typed word, best first; without words the first items of the list."""
    items = choosable(code_list, leaves_only=leaves_only, under=under)
    words = words_of(typed)
    if not words:
        return list(items.select_related("parent")[:limit])
    for word in words:
        items = items.filter(fits(word))
    rows = items.values_list("key", "code", "label", "label_en", "pinyin", "initials")
    ranked = sorted(
        (sum(_rank(word, *row[1:]) for word in words), place, row[0]) for place, row in enumerate(rows)
    )
    keys = [key for _, _, key in ranked[:limit]]
    found = CodeItem.objects.select_related("parent").in_bulk(keys)
    return [found[key] for key in keys]


def mark(text: str, typed: str) -> SafeString:
    """``text`` as HTML with the typed words marked."""
    words = sorted(words_of(typed), key=len, reverse=True)
    if not words:
        return escape(text)
    parts = re.split("(" + "|".join(map(re.escape, words)) + ")", text, flags=re.IGNORECASE)
    marked = (format_html("<mark>{}</mark>", part) if n % 2 else escape(part) for n, part in enumerate(parts))
    return mark_safe("".join(marked))  # noqa: S308 - every part is escaped above


def fits(word: str) -> Q:
    """Items whose name or whose parents' names have the word, or whose code begins with it."""
    fits = Q(full_label__icontains=word) | Q(code__istartswith=word) | _starts_english_word(word)
    if not re.fullmatch("[a-z]+", word):
        return fits
    column = "pinyin" if _has_vowel(word) else "initials"
    fits |= Q(initials__contains=word)
    return fits | Q(**{f"{column}__contains": word}) | Q(**{f"parent__{column}__contains": word})


def _starts_english_word(word: str) -> Q:
    """Not in the middle of one: “gk” is no part of “Dongkou”."""
    return Q(full_label_en__iregex=rf"\m{re.escape(word)}")


def _has_vowel(word: str) -> bool:
    """Without a vowel it can only be initials; “gp” would otherwise be found inside “dongping”."""
    return bool(VOWELS & set(word))


def _rank(word: str, code: str, label: str, label_en: str, pinyin: str, initials: str) -> int:
    name, name_en = tidy(label), label_en.casefold()
    fits = (
        word in (name, code.casefold(), name_en),
        name.startswith(word)
        or code.casefold().startswith(word)
        or (reads_english() and name_en.startswith(word)),
        word in name or word in name_en,
        _has_vowel(word) and pinyin.startswith(word),
        _has_vowel(word) and word in pinyin,
        initials.startswith(word),
        word in initials,
        True,
    )
    return fits.index(True)

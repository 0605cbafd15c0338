"""From what somebody wrote to the one item that is meant, or to the sentence and the candidates that help."""

import re
from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from keyi.core.text import normalise

from .csvfile import CODE
from .models import CodeItem, CodeList, CodeQuerySet
from .search import MAX_TYPED, find, tidy

MOST_CANDIDATES = 20
LONGEST = 400  # longer than any full label


class Unclear(Exception):
    """The text names no item or several. ``candidates`` are those to choose from."""

    def __init__(self, message: str, candidates: Collection[CodeItem] = ()) -> None:
        super().__init__(message)
        self.message, self.candidates = message, list(candidates)


def resolve(
    typed: Any, choices: CodeQuerySet, code_list: str, *, current: Collection[str | None] = ()
) -> CodeItem:
    """The item of ``choices`` that ``typed`` names by key, code or exact label. Raises Unclear.

    ``current`` holds the keys the record has already; they stay allowed when retired.
    """
    if isinstance(typed, CodeItem):
        typed = typed.pk
    text = normalise(str(typed))[:LONGEST]
    found = _by_name(text, choices, code_list)
    if not found and current:
        found = _by_name(text, CodeItem.objects.filter(pk__in=[key for key in current if key]), code_list)
    if len(found) == 1:
        return found[0]
    if found:
        raise Unclear(_several(text, len(found)), found[:MOST_CANDIDATES])
    raise _explain(text, choices, code_list)


def _by_name(text: str, items: CodeQuerySet, code_list: str) -> list[CodeItem]:
    """Items of this key, else this code, else this label; a label may have its code behind it."""
    items = items.select_related("parent")
    if ":" in text and (found := list(items.filter(pk=text))):
        return found
    label, _blank, code = text.rpartition(" ")
    if CODE.fullmatch(code):
        by_code = items.filter(code__iexact=code)
        if found := list(by_code.filter(_label_is(label, code_list)) if label else by_code):
            return found
    return list(items.filter(_label_is(text, code_list)))


def _label_is(text: str, code_list: str) -> Q:
    wanted = Q()
    for spelling in _spellings(text, code_list):
        for column in ("label", "full_label", "label_en", "full_label_en"):
            wanted |= Q(**{f"{column}__iexact": spelling})
    return wanted


def _spellings(text: str, code_list: str) -> set[str]:
    joined = re.sub(r"\s*[/／>]\s*", "/", text)
    spellings = {text, joined, tidy(text), tidy(joined), tidy(text).replace("(", "（").replace(")", "）")}
    if code_list == CodeList.DIVISION:
        provinces = CodeItem.objects.in_use(code_list).filter(level=1).values_list("label", flat=True)
        spellings |= {text.removeprefix(name) for name in provinces} - {""}
    return spellings


def _explain(text: str, choices: CodeQuerySet, code_list: str) -> Unclear:
    elsewhere = _by_name(text, CodeItem.objects.filter(code_list=code_list), code_list)
    for item in elsewhere:
        below = choices.under(item.code)
        if not item.is_retired and below:
            message = _("“%(label)s” is divided further. Choose one of its parts.") % {"label": item.name}
            return Unclear(message, below.select_related("parent")[:MOST_CANDIDATES])
    if elsewhere and all(item.is_retired for item in elsewhere):
        return Unclear(_("“%(label)s” is no longer used. Choose another one.") % {"label": elsewhere[0].name})
    allowed = set(choices.values_list("pk", flat=True))
    close = [item for item in find(code_list, text, limit=len(allowed) or 1) if item.pk in allowed]
    if not close:
        message = _("There is no “%(typed)s” in this list. Try another word, a code or initials.")
        return Unclear(message % {"typed": text[:MAX_TYPED]})
    return Unclear(_several(text, len(close)), close[:MOST_CANDIDATES])


def _several(text: str, number: int) -> str:
    shown = {"typed": text[:MAX_TYPED], "number": number, "most": MOST_CANDIDATES}
    if number > MOST_CANDIDATES:
        message = _(
            "%(number)d entries fit “%(typed)s”. These are the closest %(most)d: choose one or write more."
        )
        return message % shown
    if number == 1:
        return _("No entry is exactly “%(typed)s”. If this one is meant, choose it.") % shown
    return _("%(number)d entries fit “%(typed)s”. Choose one.") % shown

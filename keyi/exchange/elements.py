"""What each element of a message may hold, for the national platform and for the education ministry.

Nothing is ever cut to fit: what does not fit is told and not sent.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

NONE = "无"
YES, NO = "是", "否"
SEPARATOR = ","
MOST_ENTRIES = 4  # of a list
SUBMITTED, NOT_SUBMITTED = "0", "-1"  # auditStatus


@dataclass(frozen=True)
class Element:
    """``kind``: one of KINDS. ``most``: characters; ``exactly``: that many, no more and no less."""

    name: str
    label: str  # in Chinese, as people know it from the national platform
    kind: str = "text"
    most: int = 0
    is_required: bool = True
    allowed: tuple[str, ...] = ()
    exactly: int = 0


Message = dict[str, str]  # element → text
Problems = list[tuple[str, str]]  # (label, sentence)


def filled(values: Mapping[str, Any]) -> Message:
    """What is known, as text; the rest is left out."""
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def check(layout: Iterable[Element], record: Mapping[str, Any]) -> Problems:
    """Why the other side would refuse this record, element by element."""
    known = {element.name: element for element in layout}
    found = [(name, _("There is no such element.")) for name in record if name not in known]
    for name, element in known.items():
        text = str(record.get(name) or "")
        sentence = _why_not(element, text) if text else _("It is missing.") if element.is_required else ""
        if sentence:
            found.append((element.label, sentence))
    return found


def _why_not(element: Element, text: str) -> str:
    if element.most and len(text) > element.most:
        return _("It has %(number)d characters; at most %(most)d are taken.") % {
            "number": len(text), "most": element.most,
        }  # fmt: skip
    if element.exactly and len(text) != element.exactly:
        return _("It has %(number)d characters; it must have %(exactly)d.") % {
            "number": len(text), "exactly": element.exactly,
        }  # fmt: skip
    parts = text.split(SEPARATOR) if element.kind == "list" else [text]
    if element.kind == "list" and len(parts) > MOST_ENTRIES:
        return _("At most four entries.")
    if element.allowed and any(part not in element.allowed for part in parts):
        return _("“%(text)s” is none of its choices.") % {"text": text[:40]}
    return "" if KINDS[element.kind](text) else _("“%(text)s” has not the right form.") % {"text": text[:40]}


def _is_number(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0 and -int(number.as_tuple().exponent) <= 2


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


KINDS: Mapping[str, Any] = {
    "text": bool,
    "list": bool,
    "number": _is_number,
    "whole": lambda text: text.isascii() and text.isdigit(),
    "day": _is_day,
    "moment": lambda text: re.fullmatch(r"\d{4}-\d\d-\d\d \d\d", text) and _is_day(text[:10]),
    "url": lambda text: re.fullmatch(r"https?://[^\s]+", text),
    "yes_no": lambda text: text in (YES, NO),
    "code6": lambda text: re.fullmatch(r"\d{6}", text),
    "instant": lambda text: re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+\d\d:\d\d)?", text),
    "audit": lambda text: text in (NOT_SUBMITTED, SUBMITTED),
}

"""The lines of a result list and of its filters as HTML. Written out here and not as templates: a page has some two
hundred of them, and they took most of the page's time as templates."""

from collections.abc import Collection, Sequence

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from keyi.core.memo import Memo
from keyi.core.templatetags.ui import icon, tag, zh

from .marking import Marks
from .reading import InstrumentCopy

_kept: Memo[str] = Memo(4_000)  # lines


def result_rows(
    copies: Sequence[InstrumentCopy], words: Sequence[str], level: int, picks: Collection[str] | None
) -> SafeString:
    """All lines of a list. With ``picks`` (slugs, none chosen when empty) each can be ticked to be compared.

    A line is kept as long as its public copy has the same revision.
    """
    marks, labels = Marks(words), Labels()
    rows = []
    for copy in copies:
        is_picked = None if picks is None else copy.slug in picks
        key = (copy.document.pk, copy.document.revision, get_language(), level, marks.key, is_picked)
        rows.append(_kept.get(key) or _kept.put(key, _row(copy, marks, labels, level, is_picked)))
    return mark_safe("".join(rows))  # noqa: S308 - escaped in _row


class Labels:
    """The fixed words, looked up once for the whole list."""

    def __init__(self) -> None:
        self.model, self.maker = pgettext("instrument", "Model"), _("Maker")
        self.compare = pgettext("tick", "Compare")
        self.pin, self.no_photo = icon("map-pin"), static("catalogue/no-photo.svg")


def _row(copy: InstrumentCopy, marks: Marks, labels: Labels, level: int, is_picked: bool | None) -> str:
    mark, fields = marks.mark, copy.fields
    return (
        f'<li class="k-result">{_photo(copy, labels)}<div>'
        f'<h{level}><a href="{reverse("instrument", args=[copy.slug])}">{mark(copy.name)}</a></h{level}>'
        f'<dl class="k-inline"><div><dt>{labels.model}</dt><dd>{mark(fields.get("model_name") or "")}</dd></div>'
        f"<div><dt>{labels.maker}</dt><dd>{mark(fields.get('manufacturer') or '')}</dd></div></dl>"
        f"<p>{mark(copy.summary)}</p>"
        f'<div class="k-pin">{labels.pin}<span>{zh(copy.unit.get("name", ""))}&nbsp;· {zh(copy.lab.get("name", ""))}'
        f"&nbsp;· {zh(copy.county)}</span></div></div>"
        f'<div class="k-open">{_terms(copy)}{_tick(copy, labels, is_picked)}</div></li>'
    )


def _photo(copy: InstrumentCopy, labels: Labels) -> str:
    size = 'alt="" width="480" height="360"'
    if photo := copy.photo:
        return f'<img src="{reverse("small-picture", args=[photo["token"]])}" {size} loading="lazy">'
    return f'<img src="{labels.no_photo}" {size}>'


def _terms(copy: InstrumentCopy) -> str:
    """State, price, opening hours and last year's hours."""
    tags = "".join(tag(item.css, item.icon, item.text) for item in copy.tags)
    lines = (("k-fee", copy.fee_line), ("", copy.hours_line), ("k-2nd k-small", copy.last_hours))
    return f'<div class="k-row">{tags}</div>' + "".join(
        f'<div class="{css}">{escape(text)}</div>' if css else f"<div>{escape(text)}</div>"
        for css, text in lines if text
    )  # fmt: skip


def _tick(copy: InstrumentCopy, labels: Labels, is_picked: bool | None) -> str:
    if is_picked is None:
        return ""
    checked = " checked" if is_picked else ""
    return (
        f'<label class="k-only-wide"><input class="form-check-input" type="checkbox" name="pick"'
        f' value="{escape(copy.slug)}" form="compare"{checked}>{labels.compare}'
        f'<span class="visually-hidden"> {zh(copy.name)}</span></label>'
    )


def option_rows(name: str, options: Sequence[dict]) -> SafeString:
    """The lines of one filter, those below a chosen one nested in it."""
    begin = f'<li><label><input class="form-check-input" type="checkbox" name="{escape(name)}" value="'
    return mark_safe("".join(_option_row(name, begin, option) for option in options))  # noqa: S308 - escaped there


def _option_row(name: str, begin: str, option: dict) -> str:
    nested = f'<ul class="k-plain k-sub">{option_rows(name, option["below"])}</ul>' if option["below"] else ""
    checked = " checked" if option["checked"] else ""
    return (
        f'{begin}{escape(option["value"])}"{checked}>{zh(option["label"])}'
        f"<span>{option['number']:,}</span></label>{nested}</li>"
    )

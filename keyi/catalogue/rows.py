"""One line of a result list as HTML. Written out here and not as a template: a page has twenty of them, and the
template engine took three quarters of the page's time (docs/performance.md)."""

from collections.abc import Collection, Sequence

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyi.core.templatetags.ui import icon, tag, zh

from .marking import Marks
from .reading import InstrumentCopy


def result_rows(copies: Sequence[InstrumentCopy], words: Sequence[str], level: int, picks: Collection[str] | None) -> str:
    """All lines of a list. With ``picks`` (slugs, none chosen when empty) each can be ticked to be compared."""
    marks, labels = Marks(words), Labels()
    return "".join(_row(copy, marks, labels, level, picks) for copy in copies)


class Labels:
    """The fixed words, looked up once for the whole list."""

    def __init__(self) -> None:
        self.model, self.maker = pgettext("instrument", "Model"), _("Maker")
        self.compare = pgettext("tick", "Compare")
        self.pin, self.no_photo = icon("map-pin"), static("catalogue/no-photo.svg")


def _row(
    copy: InstrumentCopy, marks: Marks, labels: Labels, level: int, picks: Collection[str] | None
) -> str:
    mark, fields = marks.mark, copy.fields
    return (
        f'<li class="k-result">{_photo(copy, labels)}<div>'
        f'<h{level}><a href="{reverse("instrument", args=[copy.slug])}">{mark(copy.name)}</a></h{level}>'
        f'<dl class="k-inline"><div><dt>{labels.model}</dt><dd>{mark(fields.get("model_name", ""))}</dd></div>'
        f"<div><dt>{labels.maker}</dt><dd>{mark(fields.get('manufacturer', ''))}</dd></div></dl>"
        f"<p>{mark(copy.summary)}</p>"
        f'<div class="k-pin">{labels.pin}<span>{zh(copy.unit.get("name", ""))}&nbsp;· {zh(copy.lab.get("name", ""))}'
        f"&nbsp;· {zh(copy.county)}</span></div></div>"
        f'<div class="k-open">{_terms(copy)}{_tick(copy, labels, picks)}</div></li>'
    )


def _photo(copy: InstrumentCopy, labels: Labels) -> str:
    size = 'alt="" width="480" height="360"'
    if photo := copy.photo:
        return f'<img src="{reverse("small-picture", args=[photo["token"]])}" {size} loading="lazy">'
    return f'<img src="{labels.no_photo}" {size}>'


def _terms(copy: InstrumentCopy) -> str:
    """State, price, opening hours and last year's hours."""
    tags = "".join(tag(item.css, item.icon, item.text) for item in copy.tags)
    fee = f'<div class="k-fee">{escape(copy.fee_line)}</div>' if copy.fee_line else ""
    hours = f"<div>{escape(copy.hours_line)}</div>" if copy.hours_line else ""
    last = f'<div class="k-2nd k-small">{escape(copy.last_hours)}</div>' if copy.last_hours else ""
    return f'<div class="k-row">{tags}</div>{fee}{hours}{last}'


def _tick(copy: InstrumentCopy, labels: Labels, picks: Collection[str] | None) -> str:
    if picks is None:
        return ""
    checked = " checked" if copy.slug in picks else ""
    return (
        f'<label class="k-only-wide"><input class="form-check-input" type="checkbox" name="pick"'
        f' value="{escape(copy.slug)}" form="compare"{checked}>{labels.compare}'
        f'<span class="visually-hidden"> {zh(copy.name)}</span></label>'
    )

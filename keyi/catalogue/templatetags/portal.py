"""Words and marks only the portal's pages need."""

import json
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keyi.catalogue import markup
from keyi.catalogue.marking import Marks
from keyi.catalogue.reading import InstrumentCopy
from keyi.catalogue.rows import result_rows
from keyi.codes.models import reads_english
from keyi.core.templatetags.ui import zh

register = template.Library()
register.filter("zh", zh)
WAN_IN_YI = 10_000
KIB = 1024


@register.filter
def prose(text: str) -> SafeString:
    """Several lines of a record as paragraphs, marked as Chinese on the English site."""
    paragraphs = mark_safe(linebreaks(text or "", autoescape=True))  # noqa: S308 - escaped just here
    chinese = reads_english() and not (text or "").isascii()
    return format_html('<div lang="zh-CN">{}</div>', paragraphs) if chinese else paragraphs


@register.filter
def highlight(text: str, words: list[str]) -> SafeString:
    """Mark where the searched words stand; everything else escaped."""
    return Marks(words).mark(text)


@register.simple_tag
def results(
    copies: list[InstrumentCopy], words: list[str], level: int = 2, picks: list[str] | None = None
) -> SafeString:
    return result_rows(copies, words, level, picks)


@register.filter
def grouped(number: object) -> str:
    """Thousands by commas in both languages; Django's Chinese format has none."""
    return f"{number:,}"


@register.simple_tag
def money_figure(value_wan: Decimal) -> dict[str, str]:
    """A sum as number and unit: 亿元 from ten thousand 万元 on; millions and billions of CNY in English."""
    if reads_english():
        billions = value_wan >= WAN_IN_YI * 10
        number = value_wan / (WAN_IN_YI * 10 if billions else 100)
        return {
            "number": f"{number:,.1f}",
            "unit": _("CNY billion") if billions else _("CNY million"),
        }
    if value_wan >= WAN_IN_YI:
        return {"number": f"{value_wan / WAN_IN_YI:,.1f}", "unit": "亿元"}
    return {"number": f"{value_wan:,.0f}", "unit": "万元"}


IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(values: dict[str, Any]) -> SafeString:
    """Linked data for search engines. A data block is no script: nothing in it can end the element or be run."""
    text = json.dumps(values, ensure_ascii=False).translate(IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped just here


@register.filter
def bytes_size(size: int) -> str:
    """“38 KB”, “2.4 MB”, joined by a no-break space."""
    if size < KIB * KIB:
        return f"{max(1, round(size / KIB))}\u00a0KB"
    return f"{size / KIB / KIB:.1f}\u00a0MB"


@register.filter
def plain_markup(text: str) -> SafeString:
    return markup.to_html(text)


@register.filter
def unlocalized(number: object) -> str:
    """A number for an attribute, without separators."""
    return str(number)

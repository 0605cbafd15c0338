"""The components of the pages as template tags: icons, state tags, form fields, page links."""

import json
import re
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..fields import FieldView, rendered

register = template.Library()
ICONS: dict[str, str] = json.loads((Path(__file__).parent.parent / "icons.json").read_text(encoding="utf-8"))
CHINESE = re.compile("[\u3001-\u9fff\uff00-\uffef]")  # signs, characters and full-width forms
SVG = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"'
    ' stroke-linejoin="round" aria-hidden="true">{}</svg>'
)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons in ``icons.json``; the drawing says nothing, so the text beside it must."""
    return mark_safe(SVG.format(ICONS[name]))  # noqa: S308  our own file


@register.simple_tag
def tag(kind: str, icon_name: str, text: str | Promise) -> SafeString:
    """A state: icon and text. ``kind`` is wait, ok, back, due, rev, off, none, or empty for grey."""
    suffix = f" k-tag--{kind}" if kind else ""
    return format_html('<span class="k-tag{}">{}{}</span>', suffix, icon(icon_name), text)


@register.filter
def zh(text: object) -> SafeString | str:
    """Text of a record: where it stays Chinese on the English site, marked so that it is read aloud in Chinese."""
    if get_language() != "en" or not CHINESE.search(str(text)):
        return conditional_escape(text)  # type: ignore[arg-type]  # takes any object
    return format_html('<bdi lang="zh-CN">{}</bdi>', text)


@register.simple_tag
def site_name() -> str:
    return settings.SITE["name"] or _("Hunan Platform for Sharing Research Facilities and Instruments")


@register.simple_tag(takes_context=True)
def nav_link(context: Context, url_name: str, text: str) -> SafeString:
    """A link of the frame, marked when the reader is there."""
    url = reverse(url_name)
    path = getattr(context.get("request"), "path", "")
    is_here = path == url if url == "/" else path.startswith(url)
    current = mark_safe(' aria-current="page"') if is_here else ""
    return format_html('<a href="{}"{}>{}</a>', url, current, text)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """A whole field: label, hint, reviewer's mark, error, control, counter."""
    return rendered("components/field.html", f=FieldView(bound))


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, lead: str | Promise = "") -> dict[str, Any]:
    """What stands in the way, one link per field, at the top of the page. Nothing when nothing does.

    ``lead`` says what did not happen: “还不能提交”.
    """
    if not form.is_bound or not form.errors:
        return {"count": 0}
    views = [FieldView(form[name]) for name in form.errors if name in form.fields]
    rows = [{"anchor": view.anchor, "label": view.label, "errors": view.errors} for view in views]
    general = list(form.non_field_errors())
    return {"rows": rows, "general": general, "count": len(rows) + len(general), "lead": lead}


@register.inclusion_tag("components/masked.html")
def masked(text: str, label: str | Promise, url: str) -> dict[str, Any]:
    """A masked number with the button that shows it whole; ``url`` answers by ``personal.answer``."""
    return {"text": text, "label": label, "url": url}


@register.inclusion_tag("components/pagination.html")
def pagination(page: Page) -> dict[str, Any]:
    """Links to the pages of a list, keeping the rest of the query string. Nothing for a single page."""
    rest = getattr(page, "query", "")
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "prefix": f"?{rest}&page=" if rest else "?page="}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str, url: str = "", label: str = "") -> dict[str, str]:
    """Why a list is empty, and the one thing to do about it."""
    return {"title": title, "text": text, "url": url, "label": label}

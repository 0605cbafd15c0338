"""Pages of running text: one file per language, for the operator's lawyer to read and change."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from keyi.accounts.terms import TERMS_VERSION
from keyi.codes.models import reads_english
from keyi.core.pages import render_page

from . import titles


@require_safe
def text_page(request: HttpRequest, name: str) -> HttpResponse:
    """``name``: guide, faq, privacy, terms or accessibility."""
    language = "en" if reads_english() else "zh"
    return render_page(request, "catalogue/text.html", {
        "title": titles.TEXTS[name],
        "body": f"catalogue/texts/{name}.{language}.html",
        "version": TERMS_VERSION if name in ("terms", "privacy") else "",
    })  # fmt: skip


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    return render_page(request, "catalogue/site_map.html", {})

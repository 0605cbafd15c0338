"""What the search box offers while somebody types: instruments, classes and units, as options of a list."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from keyi.accounts.pace import paced
from keyi.catalogue import find
from keyi.catalogue.figures import INSTITUTIONS, INSTRUMENTS
from keyi.codes import search as codes
from keyi.codes.models import CodeList
from keyi.core.text import normalise
from keyi.search import suggest as index
from keyi.search.index import NotReadyError
from keyi.search.models import Document
from keyi.search.place import DamagedError

LONGEST = 60
INSTRUMENT_LINES, CLASS_LINES, UNIT_LINES = 6, 3, 3
MAX_AGE = 60  # seconds


@require_safe
@paced("suggest")
@vary_on_cookie
@cache_control(private=True, max_age=MAX_AGE)
def suggest(request: HttpRequest) -> HttpResponse:
    typed = normalise(request.GET.get("q", "")[:LONGEST])
    rows = [*_instruments(typed), *_classes(typed), *_units(typed)] if typed else []
    return render(request, "catalogue/parts/suggestions.html", {"rows": rows, "words": [typed]})


def _instruments(typed: str) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for document in _ask(typed, INSTRUMENTS, 2 * INSTRUMENT_LINES):
        model = document.content.get("fields", {}).get("model_name", "")
        text = f"{document.title} {model}".strip()
        url = reverse("instrument", args=[document.slug])
        rows.setdefault(text, {"text": text, "url": url, "kind": _("Instrument")})
    return list(rows.values())[:INSTRUMENT_LINES]


def _classes(typed: str) -> list[dict[str, Any]]:
    items = codes.find(CodeList.INSTRUMENT_CLASS, typed, limit=CLASS_LINES)
    base = reverse("instrument-list")
    return [
        {"text": item.name, "url": f"{base}?{urlencode({'class': item.code})}", "kind": _("Instrument class")}
        for item in items
    ]


def _units(typed: str) -> list[dict[str, Any]]:
    return [
        {"text": document.title, "url": reverse("unit", args=[document.slug]), "kind": _("Unit")}
        for document in _ask(typed, INSTITUTIONS, UNIT_LINES)
    ]


def _ask(typed: str, kind: str, size: int) -> list[Document]:
    """Nothing while there is no index."""
    try:
        return find.documents(index.suggest(typed, kind, size))
    except (NotReadyError, DamagedError):
        return []

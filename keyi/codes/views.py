"""Code lists for everybody: they are no secret. Type-ahead options, and the tree to look through."""

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from keyi.core.text import normalise

from .models import CodeItem, CodeList
from .search import find, mark

SHOWN = 20
MAX_AGE = 300  # seconds


@require_safe
@vary_on_cookie
@cache_control(private=True, max_age=MAX_AGE)
def options(request: HttpRequest, code_list: str) -> HttpResponse:
    """The list items of a combobox for what was typed (``q``); ``leaves=1`` the smallest level only."""
    _known(code_list)
    typed = request.GET.get("q", "")
    under = normalise(request.GET.get("under", ""))[:30]
    found = find(code_list, typed, leaves_only="leaves" in request.GET, under=under, limit=SHOWN)
    return render(request, "codes/options.html", {"rows": [_option(item, typed) for item in found]})


@require_safe
def tree(request: HttpRequest, code_list: str) -> HttpResponse:
    """The whole list, level by level, for those who would rather look than type."""
    _known(code_list)
    below: dict[str | None, list[CodeItem]] = defaultdict(list)
    for item in CodeItem.objects.in_use(code_list):
        below[item.parent_id].append(item)
    context = {"label": CodeList(code_list).label, "nodes": _nodes(below, None)}
    return render(request, "codes/tree.html", context)


def _known(code_list: str) -> None:
    if code_list not in CodeList.values:
        raise Http404


def _option(item: CodeItem, typed: str) -> dict[str, Any]:
    return {
        "item": item,
        "name": mark(item.name, typed),
        "code": mark(item.code, typed),
        "parent": mark(item.parent.full_name.replace("/", " / "), typed) if item.parent else "",
    }


def _nodes(below: dict[str | None, list[CodeItem]], parent: str | None) -> list[dict[str, Any]]:
    return [{"item": item, "nodes": _nodes(below, item.pk)} for item in below[parent]]

"""What every list and page view needs: rendering whole or in part, and cutting a list into pages."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MAX_PAGE = 10_000


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """The page, or only the template ``partial`` when htmx asked for a piece of it."""
    is_piece = partial and _is_htmx(request)
    response = render(request, partial if is_piece else template, context, status=status)
    if partial:
        response.headers["Vary"] = ", ".join(filter(None, [response.get("Vary"), "HX-Request"]))
    return response


def _is_htmx(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


def page_number(request: HttpRequest) -> int:
    """The asked page, at least 1; the list may be shorter."""
    number = request.GET.get("page", "1")
    wanted = min(int(number), MAX_PAGE) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    return max(wanted, 1)


def paginate(request: HttpRequest, queryset: Any, per_page: int = 20) -> Page:
    """The asked page of the list. A number that is none, or beyond the end, shows the nearest page.

    The page carries ``query``, the rest of the query string, for the links to its neighbours.
    """
    page = Paginator(queryset, per_page).get_page(page_number(request))
    rest = [(key, value) for key, values in request.GET.lists() if key != "page" for value in values]
    page.query = urlencode(rest)  # type: ignore[attr-defined]
    return page

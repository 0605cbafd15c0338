"""Public and read only: what visitors see on the pages, from the public copies alone."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from keyi.catalogue import filters, find
from keyi.codes.models import CodeItem, CodeList
from keyi.search.models import Document

from . import paging, summaries
from .problems import Problem
from .schemas import CodeListOut, CodesOut, ProblemOut, RecordOut, RecordsOut, SearchOut
from .summaries import SUMMARIES

router = Router(tags=["public"])
KINDS = {"instruments": "instruments", "platforms": "platforms", "units": "institutions"}
PATHS = {kind: name for name, kind in KINDS.items()}
WRONG: Any = {422: ProblemOut, 429: ProblemOut}
MISSING: Any = {404: ProblemOut, **WRONG}
LAST_PAGE = find.index.REACH // find.PER_PAGE
Limit = Query(paging.USUAL, ge=1, le=paging.MOST, description=summaries.ROWS)
Cursor = Query(None, max_length=paging.LONGEST, description=summaries.CURSOR, examples=["MTIz"])


def record(document: Document) -> dict[str, Any]:
    name = PATHS[document.kind]
    return {
        "kind": name,
        "number": document.slug,
        "title": document.title,
        "address": f"{settings.SITE_URL}/{name}/{document.slug}/",
        "revision": document.revision,
        "first_published_at": document.first_published_at,
        "published_at": document.published_at,
        "updated_at": document.updated_at,
        "hours": document.hours,
        "content": document.content,
    }


def _list(kind: str, cursor: str | None, limit: int, since: datetime | None) -> dict[str, Any]:
    found = Document.objects.filter(kind=kind).defer("text", "found_by")
    if since is not None:
        found = found.filter(updated_at__gte=_in_utc(since))
    rows, following = paging.page(found, "id", cursor, limit)
    return {"items": [record(row) for row in rows], "next": following}


def _in_utc(moment: datetime) -> datetime:
    """Any offset may be sent, but the database knows fewer. Raises Problem at the ends of time."""
    try:
        return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).astimezone(UTC)
    except OverflowError as error:
        detail = _("Write a time, for example 2026-03-01T00:00:00+08:00.")
        errors = [{"field": "updated_since", "message": detail}]
        raise Problem(422, detail, errors=errors) from error


def _one(request: HttpRequest, kind: str, number: str) -> Any:
    """With an ETag, so that an unchanged copy is not sent again."""
    sound = number.isprintable()
    document = Document.objects.filter(kind=kind, slug=number).first() if sound else None
    if document is None:
        raise Problem(404, _("There is no published record of this number."))
    tag = f'"{document.revision}"'
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": tag})
    return record(document), tag


Since = Query(
    None,
    description=summaries.SINCE,
    examples=["2026-03-01T00:00:00+08:00"],
)


@router.get("/instruments", response={200: RecordsOut, **WRONG}, summary=SUMMARIES["/instruments"])
def instruments(
    request, cursor: str | None = Cursor, limit: int = Limit, updated_since: datetime | None = Since
):
    return _list(KINDS["instruments"], cursor, limit, updated_since)


@router.get("/platforms", response={200: RecordsOut, **WRONG}, summary=SUMMARIES["/platforms"])
def platforms(
    request, cursor: str | None = Cursor, limit: int = Limit, updated_since: datetime | None = Since
):
    return _list(KINDS["platforms"], cursor, limit, updated_since)


@router.get("/units", response={200: RecordsOut, **WRONG}, summary=SUMMARIES["/units"])
def units(request, cursor: str | None = Cursor, limit: int = Limit, updated_since: datetime | None = Since):
    return _list(KINDS["units"], cursor, limit, updated_since)


def _answer(request: HttpRequest, response: HttpResponse, kind: str, number: str) -> Any:
    found = _one(request, kind, number)
    if isinstance(found, HttpResponse):
        return found
    body, response["ETag"] = found
    return body


@router.get(
    "/instruments/{number}",
    response={200: RecordOut, 304: None, **MISSING},
    summary=SUMMARIES["/instruments/{number}"],
)
def instrument(request, response: HttpResponse, number: str):
    return _answer(request, response, KINDS["instruments"], number)


@router.get(
    "/platforms/{number}",
    response={200: RecordOut, 304: None, **MISSING},
    summary=SUMMARIES["/platforms/{number}"],
)
def platform(request, response: HttpResponse, number: str):
    return _answer(request, response, KINDS["platforms"], number)


@router.get(
    "/units/{number}", response={200: RecordOut, 304: None, **MISSING}, summary=SUMMARIES["/units/{number}"]
)
def unit(request, response: HttpResponse, number: str):
    return _answer(request, response, KINDS["units"], number)


@router.get(
    "/search",
    response={200: SearchOut, **WRONG},
    summary=SUMMARIES["/search"],
    description=summaries.SEARCH,
)
def search(
    request,
    q: str = Query("", max_length=100, examples=["ICP 重金属"]),
    sort: str = Query("", description=summaries.SORT),
    page: int = Query(1, ge=1, le=LAST_PAGE),
):
    order = sort if sort in find.SORTS else find.usual_order(q)
    chosen = filters.chosen_in(request.GET)
    results = find.Results(q, chosen, order, page)
    start = (page - 1) * find.PER_PAGE
    return {
        "count": results.total,
        "page": page,
        "also": results.answer.also,
        "items": [record(document) for document in results[start : start + find.PER_PAGE]],
        "nearest": [record(document) for document in results.nearest()],
        "facets": _facets(chosen, results),
    }


def _facets(chosen: filters.Chosen, results: find.Results) -> dict[str, list[dict[str, Any]]]:
    counts = results.answer.counts
    codes = {group.name: list(counts.get(group.field, {})) for group in filters.GROUPS}
    words = filters.words_for(codes)
    return {
        group.name: [
            {"value": code, "label": str(words[group.name][code]), "count": number}
            for code, number in counts.get(group.field, {}).items()
            if code in words[group.name]
        ]
        for group in filters.GROUPS
    }


@router.get("/codes", response=list[CodeListOut], summary=SUMMARIES["/codes"])
def code_lists(request):
    return [{"name": name, "label": str(label)} for name, label in CodeList.choices]


@router.get("/codes/{name}", response={200: CodesOut, **MISSING}, summary=SUMMARIES["/codes/{name}"])
def codes(request, name: str, cursor: str | None = Cursor, limit: int = Limit):
    if name not in CodeList.values:
        raise Problem(404, _("There is no code list of this name."))
    entries = CodeItem.objects.filter(code_list=name).select_related("parent")
    rows, following = paging.page(entries, "key", cursor, limit)
    items = [
        {
            "code": row.code, "label": row.label, "label_en": row.label_en, "full_label": row.full_label,
            "parent": row.parent.code if row.parent else None, "is_retired": row.is_retired,
        }
        for row in rows
    ]  # fmt: skip
    return {"items": items, "next": following}

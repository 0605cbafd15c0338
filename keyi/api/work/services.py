"""Service records in batches: all of a batch or nothing, and with its key only once."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja import Query, Router

from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.api import paging, summaries
from keyi.api.described import object_of
from keyi.api.posted import body_of, put, told
from keyi.api.problems import Problem
from keyi.api.repeated import HEADER, once
from keyi.api.summaries import SUMMARIES
from keyi.api.tokens import READS, WRITES
from keyi.core.text import normalise
from keyi.records.forms.base import as_posted
from keyi.services import records
from keyi.services.choices import Origin
from keyi.services.forms.service import ServiceForm
from keyi.services.models import ServiceRecord

from . import shown
from .schemas import ServicesOut, ServicesSavedOut

router = Router(tags=["work"], auth=READS)
MOST = 500
TOLD = 200  # errors of one answer
ITEMS = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST,
            "items": object_of(ServiceForm.base_fields),
        }
    },
    "required": ["items"],
    "additionalProperties": False,
}
KEY = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
    "description": summaries.KEY,
}


@router.get(
    "/services", response={200: ServicesOut}, operation_id="work_services", url_name="work-services",
    summary=SUMMARIES["/work/services"],
)  # fmt: skip
def list_services(
    request,
    year: int | None = Query(None, ge=1990, le=2100),
    cursor: str | None = Query(None, max_length=paging.LONGEST, description=summaries.CURSOR),
    limit: int = Query(paging.USUAL, ge=1, le=paging.MOST, description=summaries.ROWS),
):
    found = ServiceRecord.objects.for_user(request.auth.person, Capability.VIEW)
    found = found.filter(year=year) if year else found
    rows, following = paging.page(
        found.select_related("instrument").prefetch_related("subjects"), "id", cursor, limit
    )
    return {"items": [_line(row) for row in rows], "next": following}


def _line(row: ServiceRecord) -> dict[str, Any]:
    fields = {
        name: field for name, field in ServiceForm.base_fields.items() if name not in ("edits", "form_key")
    }
    said = {name: shown.value(field, getattr(row, name)) for name, field in fields.items()}
    said["instrument"] = row.instrument.inventory_number
    return {"id": row.pk, "number": row.number, "year": row.year, "edits": row.edits, "fields": said}


@router.post(
    "/services", auth=WRITES, response={200: ServicesSavedOut}, operation_id="work_services_save",
    url_name="work-services", summary=SUMMARIES["/work/services_save"], description=summaries.SERVICES,
    openapi_extra={
        "parameters": [KEY],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ITEMS}}},
    },
)  # fmt: skip
def save_services(request):
    if not request.headers.get(HEADER):
        detail = _("Send the header %(header)s, so that a batch sent twice is not saved twice.")
        raise Problem(422, detail % {"header": HEADER})
    return _save(request)


@once
def _save(request: HttpRequest) -> tuple[int, Any]:
    items = _items(body_of(request))
    user: User = request.auth.person  # type: ignore[attr-defined]
    there = held(user, items)
    saved, errors = [], []
    for place, item in enumerate(items):
        try:
            saved.append(save_one(user, there, item, f"items.{place}."))
        except Problem as problem:
            errors += problem.errors
        if len(errors) >= TOLD:
            break
    if errors:
        raise Problem(422, _("Nothing was saved. Correct what stands at the fields."), errors=errors[:TOLD])
    return 200, {"items": saved}


def _items(body: dict[str, Any]) -> list[dict[str, Any]]:
    items = body.get("items")
    if (
        set(body) != {"items"}
        or not isinstance(items, list)
        or not all(isinstance(one, dict) for one in items)
    ):
        raise Problem(422, _("Send {“items”: [{…}, …]}."))
    if not 1 <= len(items) <= MOST:
        raise Problem(422, _("A batch has 1 to %(most)d records.") % {"most": MOST})
    numbers = [number for one in items if (number := _number(one))]
    if len(numbers) != len(set(numbers)):
        raise Problem(422, _("A number stands twice in this batch. Keep one of them."))
    return items


def _number(item: dict[str, Any]) -> str:
    number = item.get("number")
    return normalise(number) if isinstance(number, str) else ""


def held(user: User, items: list[dict[str, Any]]) -> dict[str, ServiceRecord]:
    """The records of these numbers, held: they are changed rather than made anew."""
    numbers = {number for one in items if (number := _number(one))}
    mine = ServiceRecord.objects.for_user(user, Capability.EDIT).filter(number__in=numbers)
    found = (
        mine.select_for_update(of=("self",)).select_related("instrument", "instrument__unit").order_by("pk")
    )
    return {one.number: one for one in found.prefetch_related("subjects")}


def save_one(user: User, there: dict[str, ServiceRecord], item: dict[str, Any], under: str) -> dict[str, Any]:
    found = there.get(_number(item))
    form = ServiceForm(instance=found or ServiceRecord(), user=user)
    data = as_posted(form) if found else QueryDict(mutable=True)
    put(data, form.fields, item, under)
    form = ServiceForm(data, instance=found or ServiceRecord(), user=user)
    is_stale = found is not None and data.get("edits") not in (None, "", str(found.edits))
    if is_stale:
        form.add_error(
            None, _("The record was saved elsewhere meanwhile. Read it again and send your changes.")
        )
    if not form.is_valid():
        raise _refused(form, under)
    form.changed_data = shown.changed(form)
    if found is not None and not form.changed_data:
        return {"id": found.pk, "number": found.number, "state": "unchanged"}
    try:
        record = records.save(form, user, origin=Origin.API)
    except records.TakenNumberError as error:
        raise _refused(form, under) from error
    return {"id": record.pk, "number": record.number, "state": "changed" if found else "new"}


def _refused(form: ServiceForm, under: str) -> Problem:
    return Problem(422, "", errors=told(form, under))

"""The yearly records of one's instruments, which are named by their number in the unit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status
from ninja.files import UploadedFile

from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.api import paging, summaries
from keyi.api.described import object_of
from keyi.api.posted import body_of, put, refused
from keyi.api.problems import Problem
from keyi.api.repeated import once
from keyi.api.summaries import SUMMARIES
from keyi.api.tokens import READS, WRITES
from keyi.records import uploads
from keyi.records.forms.base import as_posted
from keyi.records.models import Instrument
from keyi.reporting import oddities, operations, staffing, upkeep, years
from keyi.reporting.forms.operation import OperationForm
from keyi.reporting.forms.proofs import PROOFS
from keyi.reporting.forms.staff import AddStaffForm
from keyi.reporting.models import AnnualOperation, AnnualStaff, UpkeepYear
from keyi.reporting.years import Place

from . import shown
from .records import Upload
from .schemas import AddedOut, FileOut, OperationOut, OperationsOut, StaffListOut

router = Router(tags=["work"], auth=READS)
Year = Path(ge=1990, le=2100, examples=[2025])
Number = Path(max_length=50, description=summaries.NUMBER, examples=["20190317-001"])
Cursor = Query(None, max_length=paging.LONGEST, description=summaries.CURSOR)
Limit = Query(paging.USUAL, ge=1, le=paging.MOST, description=summaries.ROWS)


def place_of(user: User, year: int, number: str, *, writes: bool) -> Place:
    """The instrument's year. Raises Problem: foreign, not due, or closed."""
    mine = Instrument.objects.for_user(user, Capability.VIEW).filter(published_at__isnull=False)
    found = (
        list(mine.filter(inventory_number=number).values_list("pk", flat=True)[:1])
        if number.isprintable()
        else []
    )
    try:
        place = years.get_place(user, year, found[0] if found else 0)
    except Http404 as error:
        detail = _("You have no published instrument of this number that is due in %(year)s.")
        raise Problem(404, detail % {"year": year}) from error
    if writes and not place.may_write:
        raise Problem(409, _("The year %(year)s is closed.") % {"year": year})
    return place


def _form(place: Place, row: UpkeepYear, data: QueryDict | None = None) -> OperationForm:
    record = operations.of_year(place.instrument, place.year.number)
    record = record or AnnualOperation(
        instrument=place.instrument, year=place.year.number, institution_id=place.instrument.institution_id
    )
    record.instrument = place.instrument
    last = operations.of_year(place.instrument, place.year.number - 1)
    return OperationForm(data, instance=record, last=last, upkeep=row)


def _operation(form: OperationForm, notes: Any = ()) -> dict[str, Any]:
    record = form.instance
    odd = _("More than half away from last year: check once more.")
    return {
        "year": record.year,
        "instrument": record.instrument.inventory_number,
        "edits": record.edits,
        "fields": _figures(record),
        "notes": [{"field": name, "message": odd} for name in notes],
    }


def _figures(record: AnnualOperation) -> dict[str, Any]:
    fields = {
        name: field for name, field in OperationForm.base_fields.items() if name not in ("proofs", "edits")
    }
    return {name: shown.value(field, getattr(record, name)) for name, field in fields.items()}


def _body(fields: dict[str, forms.Field]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": object_of(fields)}}}}


@router.get(
    "/years/{year}/operations", response={200: OperationsOut}, operation_id="work_operations",
    url_name="work-operations", summary=SUMMARIES["/work/operations"],
)  # fmt: skip
def list_operations(request, year: int = Year, cursor: str | None = Cursor, limit: int = Limit):
    found = AnnualOperation.objects.for_user(request.auth.person, Capability.VIEW).filter(year=year)
    rows, following = paging.page(found.select_related("instrument"), "id", cursor, limit)
    items = [
        {
            "year": row.year, "instrument": row.instrument.inventory_number, "edits": row.edits,
            "fields": _figures(row), "notes": [],
        }
        for row in rows
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.put(
    "/years/{year}/operations/{number}", auth=WRITES, response={200: OperationOut},
    openapi_extra=_body(OperationForm.base_fields), operation_id="work_operation", url_name="work-operation",
    summary=SUMMARIES["/work/operation"],
)  # fmt: skip
@transaction.atomic
def put_operation(request, year: int = Year, number: str = Number):
    said, user = body_of(request), request.auth.person
    place = place_of(user, year, number, writes=True)
    row = upkeep.lock_one(place.instrument, year)
    form = _form(place, row)
    edits = form.instance.edits if form.instance.pk else 0
    data = as_posted(form)
    put(data, form.fields, said)
    if data.get("edits") not in (None, "", str(edits)):
        raise Problem(
            409, _("The record was saved elsewhere meanwhile. Read it again and send your changes.")
        )
    form = _form(place, row, data)
    if not form.is_valid():
        raise refused(form)
    odd = oddities.look(form.instance, form.last)
    changed = [name for name in form.changed_data if name not in ("edits", "proofs")]
    if changed or not edits:
        operations.save(form.instance, user, changed=changed)
        form.instance.refresh_from_db()
    return _operation(form, odd)


@router.post(
    "/years/{year}/operations/{number}/proofs", auth=WRITES, response={201: FileOut},
    operation_id="work_proof", url_name="work-proof", summary=SUMMARIES["/work/proof"], description=summaries.UPLOAD,
)  # fmt: skip
@once
def attach_proof(request, year: int = Year, number: str = Number, file: UploadedFile = Upload):
    user = request.auth.person
    place = place_of(user, year, number, writes=True)
    row = upkeep.lock_one(place.instrument, year)
    try:
        kept = uploads.attach(row, PROOFS, file, user)
    except ValidationError as error:
        errors = [{"field": "file", "message": message} for message in error.messages]
        raise Problem(422, _("The file was not taken."), errors=errors) from error
    return 201, shown.file(kept)


@router.get(
    "/years/{year}/staff", response={200: StaffListOut}, operation_id="work_staff_list",
    url_name="work-staff", summary=SUMMARIES["/work/staff"],
)  # fmt: skip
def list_staff(request, year: int = Year, cursor: str | None = Cursor, limit: int = Limit):
    found = AnnualStaff.objects.for_user(request.auth.person, Capability.VIEW).filter(year=year)
    rows, following = paging.page(found.select_related("instrument", "staff"), "id", cursor, limit)
    items = [
        {
            "id": row.pk, "year": row.year, "instrument": row.instrument.inventory_number, "name": row.staff.name,
            "title": row.title, "kind": row.kind, "employ": row.employ,
        }
        for row in rows
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.post(
    "/years/{year}/staff/{number}", auth=WRITES, response={201: AddedOut},
    openapi_extra=_body(AddStaffForm.base_fields), operation_id="work_staff_add", url_name="work-staff-add",
    summary=SUMMARIES["/work/staff_add"],
)  # fmt: skip
@once
def add_staff(request, year: int = Year, number: str = Number):
    said, user = body_of(request), request.auth.person
    place = place_of(user, year, number, writes=True)
    data = QueryDict(mutable=True)
    put(data, AddStaffForm.base_fields, said)
    form = AddStaffForm(data, user=user, place=place)
    if not form.is_valid():
        raise refused(form)
    clean = form.cleaned_data
    values = {name: clean[name] for name in ("employ", "cert", "cert_on")}
    return 201, {"added": staffing.add(user, place.instrument, year, form.person(), clean["kinds"], **values)}


@router.delete(
    "/years/{year}/staff/{number}/{pk}", auth=WRITES, response={204: None},
    operation_id="work_staff_remove", url_name="work-staff-remove", summary=SUMMARIES["/work/staff_remove"],
)  # fmt: skip
@transaction.atomic
def remove_staff(request, year: int = Year, number: str = Number, pk: int = Path(ge=1, le=2**62)):
    user = request.auth.person
    place = place_of(user, year, number, writes=True)
    row = staffing.people(place.instrument, year).filter(pk=pk).first()
    if row is None:
        raise Problem(404, _("There is no such record, or it is not yours."))
    staffing.remove(user, row)
    return Status(204, None)

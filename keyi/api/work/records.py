"""Records as their keepers see them: drafts made and changed by the form of the page, steps of the review, files."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from ninja import File, Path, Query, Router, Status
from ninja.files import UploadedFile

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.api import paging, summaries
from keyi.api.described import object_of
from keyi.api.posted import body_of, put, refused, told
from keyi.api.problems import Problem
from keyi.api.repeated import once
from keyi.api.summaries import SUMMARIES
from keyi.api.tokens import READS, WRITES
from keyi.records import saving, submission, uploads
from keyi.records.forms.base import RecordForm, as_posted
from keyi.records.forms.fields import slots_of
from keyi.records.gate import is_unit_published
from keyi.records.kinds import KINDS, Kind
from keyi.review import workflow
from keyi.review.models import Record
from keyi.review.workflow import StaleState

from . import shown
from .schemas import FileOut, LinesOut, MissingOut, WorkOut

router = Router(tags=["work"], auth=READS)
NAMES = {"instruments": "instruments", "platforms": "platforms", "units": "institutions"}
STEPS = ("submit", "recall", "revise")
LARGEST = 2**62
Key = Path(ge=1, le=LARGEST)
Upload = File(...)


def visible(kind: Kind, user: User, pk: int) -> Record:
    """Raises Problem: a foreign record is none."""
    records = kind.model.objects.for_user(user, Capability.VIEW)
    record = records.select_related("unit", "unit__parent").filter(pk=pk).first()
    if record is None:
        raise Problem(404, _("There is no such record, or it is not yours."))
    return record


def locked(kind: Kind, user: User, pk: int, edits: Any = None) -> Record:
    """The draft, held until the transaction ends. Raises Problem."""
    visible(kind, user, pk)
    records = kind.model.objects.for_user(user, Capability.EDIT).select_related("unit", "unit__parent")
    record = records.select_for_update(of=("self",)).filter(pk=pk).first()
    if record is None:
        raise Problem(403, _("You may read this record, but not change it."))
    if not record.is_editable:
        raise Problem(
            409, _("This record is not open for typing now. Recall or revise it first (recall, revise).")
        )
    if edits is not None and str(edits) != str(record.edits):
        raise Problem(
            409, _("The record was saved elsewhere meanwhile. Read it again and send your changes.")
        )
    return record


def begun(kind: Kind, token: Any) -> Record:
    """A new record at the token's unit, by the same rules as 新增. Raises Problem."""
    unit, user = token.unit, token.person
    of_unit = kind.is_single or kind.is_of_unit
    if not may(user, Capability.EDIT, unit) or (of_unit and unit.level != OrgUnit.Level.INSTITUTION):
        raise Problem(403, _("Only a token of the whole unit can do this."))
    if kind.is_of_unit and not is_unit_published(unit):
        raise Problem(409, _("The unit's information is not published yet. Submit it for review first."))
    if kind.is_single and kind.model.objects.filter(unit=unit).exists():
        raise Problem(409, _("The unit's information is there already. Change that one."))
    return kind.model(unit=unit)


def checked(kind: Kind, record: Record, user: User, said: dict[str, Any]) -> RecordForm:
    """The page's form over what was said, valid; ``changed_data`` is what would really change. Raises Problem."""
    empty: Any = kind.form.first_values(user, record.unit) if record.pk is None else {}
    form: RecordForm = kind.form(instance=record, user=user, initial=empty)
    data = as_posted(form)
    put(data, form.fields, said)
    form = kind.form(data, instance=record, user=user)
    if form.is_valid() and not form.says_anything():
        form.add_error(None, _("Nothing is filled in yet. Fill in at least the name, then save."))
    if form.errors:
        raise refused(form)
    form.changed_data = shown.changed(form)
    return form


def saved(kind: Kind, record: Record, user: User, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, written; the record as it is then. Raises Problem."""
    form = checked(kind, record, user, said)
    if (form.changed_data or record.pk is None) and not saving.save(form, user):
        raise refused(form)
    return shown.record(kind, visible(kind, user, record.pk), user)


def _offer(name: str, kind: Kind) -> None:
    """All addresses of one kind."""
    _offer_reading(name, kind)
    _offer_writing(name, kind)
    _offer_step(name, kind)
    _offer_files(name, kind)


def _said(name: str, of: str = "") -> dict[str, Any]:
    where = f"/work/{of}"
    return {
        "summary": SUMMARIES[where],
        "operation_id": f"work_{name}",
        "url_name": f"work-{name.replace('create', 'list').replace('change', 'one')}",  # one address, several methods
    }


def _offer_reading(name: str, kind: Kind) -> None:
    @router.get(f"/{name}", response={200: LinesOut}, **_said(f"{name}_list", "list"))
    def lines(
        request,
        cursor: str | None = Query(None, max_length=paging.LONGEST, description=summaries.CURSOR),
        limit: int = Query(paging.USUAL, ge=1, le=paging.MOST, description=summaries.ROWS),
        inventory_number: str = Query("", max_length=50, description=summaries.NUMBER),
    ):
        found: Any = kind.model.objects.for_user(request.auth.person, Capability.VIEW)
        if inventory_number:
            is_kept = name == "instruments" and inventory_number.isprintable()
            found = found.filter(inventory_number=inventory_number) if is_kept else found.none()
        rows, following = paging.page(found.select_related("unit", "unit__parent"), "id", cursor, limit)
        return {"items": [shown.line(row) for row in rows], "next": following}

    @router.get(f"/{name}/{{pk}}", response={200: WorkOut}, **_said(f"{name}_one", "one"))
    def one(request, pk: int = Key):
        return shown.record(kind, visible(kind, request.auth.person, pk), request.auth.person)

    @router.get(f"/{name}/{{pk}}/missing", response={200: MissingOut}, **_said(f"{name}_missing", "missing"))
    def missing(request, pk: int = Key):
        record = visible(kind, request.auth.person, pk)
        return {"errors": told(submission.check(record, request.auth.person))}


def _body(kind: Kind) -> dict[str, Any]:
    """The form's fields as the body of a request, for the description."""
    schema = object_of(kind.form.base_fields)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _offer_writing(name: str, kind: Kind) -> None:
    extra = _body(kind)

    @router.post(
        f"/{name}", auth=WRITES, response={201: WorkOut}, openapi_extra=extra,
        **_said(f"{name}_create", "create"),
    )  # fmt: skip
    @once
    def create(request):
        said = body_of(request)
        return 201, saved(kind, begun(kind, request.auth), request.auth.person, said)

    @router.patch(
        f"/{name}/{{pk}}", auth=WRITES, response={200: WorkOut}, openapi_extra=extra,
        **_said(f"{name}_change", "change"),
    )  # fmt: skip
    @transaction.atomic
    def change(request, pk: int = Key):
        said = body_of(request)
        user = request.auth.person
        return saved(kind, locked(kind, user, pk, said.get("edits")), user, said)


def _offer_step(name: str, kind: Kind) -> None:
    @router.post(
        f"/{name}/{{pk}}/steps/{{step}}", auth=WRITES, response={200: WorkOut}, **_said(f"{name}_step", "step")
    )  # fmt: skip
    @once
    def take_step(request, step: str, pk: int = Key):
        return 200, step_of(kind, request.auth.person, pk, step)


def step_of(kind: Kind, user: User, pk: int, step: str) -> dict[str, Any]:
    if step not in STEPS:
        raise Problem(404, _("The steps are submit, recall and revise."))
    record = visible(kind, user, pk)
    try:
        if step == "submit":
            record = submission.submit(kind, pk, user)
        else:
            workflow.perform(record, step, user)
    except (PermissionDenied, kind.model.DoesNotExist) as error:
        raise Problem(403, _("You may read this record, but not change it.")) from error
    except StaleState as error:
        raise Problem(409, _("The record is in a state in which this step is not possible.")) from error
    except submission.Incomplete as error:
        detail = _("It cannot be submitted yet. Correct what stands at the fields.")
        raise Problem(422, detail, errors=told(error.form)) from error
    except ValidationError as error:
        raise Problem(422, " ".join(error.messages)) from error
    return shown.record(kind, record, user)


def _offer_files(name: str, kind: Kind) -> None:
    @router.post(
        f"/{name}/{{pk}}/files/{{slot}}", auth=WRITES, response={201: FileOut}, description=summaries.UPLOAD,
        **_said(f"{name}_file", "file"),
    )  # fmt: skip
    @once
    def attach(request, slot: str, pk: int = Key, file: UploadedFile = Upload):
        place = slots_of(kind.form).get(slot)
        if place is None:
            raise Problem(404, _("There is no place for files of this name."))
        record = locked(kind, request.auth.person, pk)
        try:
            kept = uploads.attach(record, place, file, request.auth.person)
        except ValidationError as error:
            errors = [{"field": slot, "message": message} for message in error.messages]
            raise Problem(422, _("The file was not taken."), errors=errors) from error
        return 201, shown.file(kept)

    @router.delete(
        f"/{name}/{{pk}}/files/{{slot}}/{{token}}", auth=WRITES, response={204: None},
        **_said(f"{name}_file_remove", "file_remove"),
    )  # fmt: skip
    @transaction.atomic
    def remove(request, slot: str, token: str, pk: int = Key):
        record = locked(kind, request.auth.person, pk)
        if not (token.isprintable() and record.files.current(slot).filter(token=token).exists()):
            raise Problem(404, _("There is no such file."))
        uploads.withdraw(record, token)
        return Status(204, None)


for _name, _slug in NAMES.items():
    _offer(_name, KINDS[_slug])

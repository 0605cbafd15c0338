"""新增 and 编辑: the long form of any kind of record. Typing, saving, files, and the way to the check page."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from keyi.accounts import kept
from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.codes.memory import remembering
from keyi.core.rows import is_row_step, without_errors
from keyi.review.models import Record

from . import saving, uploads
from .closed import closed_page
from .forms.base import RecordForm, as_posted, complete_form
from .gate import is_unit_published
from .kinds import Kind

FILE_STEPS = {"upload": None, "remove": uploads.withdraw}
MOVES = {"earlier": -1, "later": 1}


@login_required
@transaction.atomic
@remembering()
def record_create(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The empty form. The record comes to be with the first 保存, or with the first file."""
    unit = _home_unit(request, kind)
    if kind.is_of_unit and not is_unit_published(unit):
        return closed_page(request, kind, unit, status=409 if request.method == "POST" else 200)
    if kind.is_single and (existing := kind.model.objects.filter(unit=unit).first()):
        return redirect("record-edit", kind, existing.pk)
    if not kind.is_single and not kind.is_of_unit and not _labs(request).exists():
        return render(request, "records/no_lab.html", {"kind": kind})
    record = kind.model(unit=unit)
    if request.method != "POST":
        return _show(request, kind, record)
    if made := _made_before(request, kind):
        return _take(request, kind, made) if made.is_editable else _closed(request, kind, made)
    do = request.POST.get("do", "save").partition(":")[0]
    if request.FILES or do in FILE_STEPS:
        record = _start(request, kind, unit)
    return _take(request, kind, record)


@login_required
@transaction.atomic
@remembering()
def record_edit(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    records = kind.model.objects.for_user(request.user, Capability.EDIT).select_related(
        "unit", "unit__parent", "updated_by"
    )
    if request.method == "POST":
        records = records.select_for_update(of=("self",))
    record = get_object_or_404(records, pk=pk)
    if not record.is_editable:
        return _closed(request, kind, record)
    return _take(request, kind, record) if request.method == "POST" else _show(request, kind, record)


def _closed(request: HttpRequest, kind: Kind, record: Record) -> HttpResponse:
    """In review or published: nothing to type into, whatever was posted."""
    messages.warning(
        request, _("This record is not open for typing now. Its state and the next step stand below.")
    )
    return redirect("record-detail", kind, record.pk)


def _home_unit(request: HttpRequest, kind: Kind) -> OrgUnit:
    """Where a new record belongs until a laboratory is chosen: the person's own node."""
    home = request.user.home
    if home is None or not may(request.user, Capability.EDIT, home.unit):
        raise PermissionDenied
    if (kind.is_single or kind.is_of_unit) and home.unit.level != OrgUnit.Level.INSTITUTION:
        raise PermissionDenied
    return home.unit


def _labs(request: HttpRequest) -> Any:
    labs = OrgUnit.objects.for_user(request.user, Capability.EDIT)
    return labs.filter(level__in=[OrgUnit.Level.DEPARTMENT, OrgUnit.Level.LAB], is_active=True)


def _form_key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None


def _made_before(request: HttpRequest, kind: Kind) -> Record | None:
    """The record this very form already made: after a double click or the back button it is edited, not doubled."""
    key = _form_key(request)
    records = kind.model.objects.for_user(request.user, Capability.EDIT).select_related("unit", "updated_by")
    return records.select_for_update(of=("self",)).filter(form_key=key).first() if key else None


def _start(request: HttpRequest, kind: Kind, unit: OrgUnit) -> Record:
    """An empty draft for files to hang on."""
    record = kind.model(unit=unit, updated_by=request.user, form_key=_free_key(request, kind))
    record.save()
    kept.forget(request.user, request.path)
    return record


def _free_key(request: HttpRequest, kind: Kind) -> uuid.UUID | None:
    """The form's key unless a record out of reach (another's, or one in review) came from it."""
    key = _form_key(request)
    return None if key and kind.model._base_manager.filter(form_key=key).exists() else key


def _take(request: HttpRequest, kind: Kind, record: Record) -> HttpResponse:
    """One POST of the form: keep the typing, take the files, then do what the pressed button says."""
    do, _colon, argument = request.POST.get("do", "save").partition(":")
    path = _path(kind, record)
    if do == "discard":
        kept.forget(request.user, path)
        return redirect(path)
    kept.keep(request.user, path, request.POST)
    refused = uploads.take_uploads(record, request.FILES, request.user) if record.pk else {}
    if record.pk and (do in FILE_STEPS or do in MOVES):
        _file_step(record, do, argument)
        if not refused:
            return redirect(f"{path}#files-{request.POST.get('slot', '')}".rstrip("-"))
    form = kind.form(request.POST, instance=record, user=request.user, complete=do == "submit")
    if is_row_step(request.POST):
        return _render(request, kind, record, without_errors(form))
    form.is_valid()
    for name, problems in refused.items():
        for problem in problems:
            form.add_error(name, problem)
    if form.cleaned_data.get("edits") not in (None, record.edits) and set(form.changed_data) - {"edits"}:
        return _conflict(request, kind, record)
    if not record.pk and not form.errors and not form.says_anything():
        form.add_error(None, _("Nothing is filled in yet. Fill in at least the name, then save."))
    if not form.errors and record.pk is None:
        record.form_key = _free_key(request, kind)
    if form.errors or not saving.save(form, request.user):
        return _render(request, kind, record, form, status=422)
    kept.forget(request.user, path)
    kept.forget(request.user, request.path)
    if do == "submit":
        return redirect("record-check", kind, record.pk)
    messages.success(
        request, _("The draft is saved. Go on filling in, or submit it for review when everything is there.")
    )
    return redirect("record-edit", kind, record.pk)


def _file_step(record: Record, do: str, token: str) -> None:
    if do in MOVES:
        uploads.move(record, token, MOVES[do])
    elif do == "remove":
        uploads.withdraw(record, token)


def _path(kind: Kind, record: Record) -> str:
    return (
        reverse("record-edit", args=[kind, record.pk]) if record.pk else reverse("record-create", args=[kind])
    )


def _show(request: HttpRequest, kind: Kind, record: Record) -> HttpResponse:
    """The form as saved, or with what was typed since and not saved. ``?check`` lists what is missing."""
    if found := kept.kept(request.user, _path(kind, record)):
        data, saved_at = found
        form = kind.form(data, instance=record, user=request.user)
        return _render(request, kind, record, form, restored_at=saved_at)
    if "check" in request.GET and record.pk:
        return _render(request, kind, record, complete_form(kind.form, record, request.user))
    initial = {} if record.pk else kind.form.first_values(request.user, record.unit)
    return _render(request, kind, record, kind.form(instance=record, user=request.user, initial=initial))


def _conflict(request: HttpRequest, kind: Kind, record: Record) -> HttpResponse:
    """Saved in another window since this form was opened: show this typing again, to be saved knowingly."""
    record.refresh_from_db()
    data: QueryDict = request.POST.copy()
    data["edits"] = str(record.edits)
    form = kind.form(data, instance=record, user=request.user)
    return _render(request, kind, record, form, is_conflict=True, status=409)


def _render(
    request: HttpRequest, kind: Kind, record: Record, form: RecordForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    shown = _sections(form, _as_complete(kind, form).section_states())
    asked = [section for section in shown if section["is_asked"]]
    context = {
        "kind": kind,
        "record": record,
        "form": form,
        "sections": shown,
        "done": sum(section["state"].state == "done" for section in asked),
        "total": len(asked),
        "form_key": request.POST.get("form_key") or uuid.uuid4(),
        "autosave_path": _path(kind, record),
        **extra,
    }
    return render(request, "records/form.html", context, status=status)


def _as_complete(kind: Kind, form: RecordForm) -> RecordForm:
    """What the form shows, under the rules of 提交: only to colour the task list."""
    if form.complete and form.is_bound:
        return form
    data = form.data if form.is_bound else as_posted(form)
    copy = kind.form(data, instance=form.instance, user=form.user, complete=True)
    copy.is_valid()
    return copy


def _sections(form: RecordForm, states: list[Any]) -> list[dict[str, Any]]:
    """The sections as the page shows them. Open: what has errors or marks; else the first that is not done."""
    shown = [
        {
            "state": state,
            "section": state.section,
            "fields": [form[name] for name in state.section.fields],
            "is_open": any(name in form.marks or name in form.errors for name in state.section.fields),
            "is_asked": form.asks(state.section, form.answers),
            "when": "=".join(form.conditions.get(state.section.slug, ())),
        }
        for state in states
    ]
    if not any(section["is_open"] for section in shown):
        first = next((section for section in shown if section["state"].state != "done"), shown[0])
        first["is_open"] = True
    return shown

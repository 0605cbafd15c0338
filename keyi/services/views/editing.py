"""服务记录: entering, changing and deleting one. 保存 is final, there is no review."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyi.accounts import kept
from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.records.models import Instrument
from keyi.services import access, records
from keyi.services.choices import Client, Direction, Place, Way
from keyi.services.forms.instruments import instrument_label
from keyi.services.forms.service import SECTIONS, ServiceForm
from keyi.services.models import ServiceRecord


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def service_create(request: HttpRequest) -> HttpResponse:
    if not may_somewhere(request.user, Capability.EDIT):
        raise PermissionDenied
    form = ServiceForm(_typed(request), user=request.user, initial=_usual(request))
    if request.method != "POST":
        return _show(request, form)
    kept.keep(request.user, request.path, request.POST)
    if done := _saved_before(request):
        return redirect("service", done.pk)
    if not form.is_valid() or not (record := _save(form, request.user)):
        return _show(request, form)
    kept.forget(request.user, request.path)
    messages.success(request, _("Service record %(number)s is saved.") % {"number": record.number})
    return redirect("service", record.pk)


def _usual(request: HttpRequest) -> dict[str, Any]:
    """What most records say; the instrument that the address names."""
    first = {
        "ways": [Way.COMMISSIONED], "client": Client.EXTERNAL, "direction": Direction.RESEARCH, "place": Place.INSIDE,
        "form_key": uuid.uuid4(),
    }  # fmt: skip
    asked = request.GET.get("instrument", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        mine = Instrument.objects.for_user(request.user, Capability.EDIT).filter(pk=int(asked))
        if instrument := mine.first():
            first |= {"instrument": instrument_label(instrument), "subjects": list(instrument.subjects.all())}
    return first


def _saved_before(request: HttpRequest) -> ServiceRecord | None:
    """The record of a first click on 保存, when this is the second."""
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    return ServiceRecord.objects.for_user(request.user, Capability.EDIT).filter(form_key=key).first()


def _save(form: ServiceForm, user: User) -> ServiceRecord | None:
    """None, with the reason at the field, where another window was faster."""
    try:
        return records.save(form, user)
    except records.TakenNumberError:
        return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def service_edit(request: HttpRequest, pk: int) -> HttpResponse:
    record = access.get_kept(request.user, pk)
    if closed := _refuse_closed(request, record):
        return closed
    if request.method == "POST":
        record = (
            ServiceRecord.objects.for_user(request.user, Capability.EDIT)
            .select_for_update(of=("self",))
            .get(pk=pk)
        )
    saved_edits = record.edits
    form = ServiceForm(_typed(request), instance=record, user=request.user)
    if request.method != "POST":
        return _show(request, form, record=record)
    kept.keep(request.user, request.path, request.POST)
    if not form.is_valid():
        return _show(request, form, record=record)
    if form.cleaned_data["edits"] not in (None, saved_edits):
        return _conflict(request, record)
    if form.has_changed() and not _save(form, request.user):
        return _show(request, form, record=record)
    kept.forget(request.user, request.path)
    messages.success(request, _("The changes are saved."))
    return redirect("service", record.pk)


def _conflict(request: HttpRequest, record: ServiceRecord) -> HttpResponse:
    """Saved in another window since this form was opened: show this typing again, to be saved knowingly."""
    record.refresh_from_db()
    data = request.POST.copy()
    data["edits"] = str(record.edits)
    form = ServiceForm(data, instance=record, user=request.user)
    return _show(request, form, record=record, conflict=record, status=409)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def service_delete(request: HttpRequest, pk: int) -> HttpResponse:
    record = access.get_kept(request.user, pk)
    if closed := _refuse_closed(request, record):
        return closed
    if request.method == "POST":
        number = record.number
        records.delete(record, request.user)
        messages.success(request, _("Service record %(number)s is deleted.") % {"number": number})
        return redirect("service-list")
    return render(request, "services/delete.html", {"record": record})


def _refuse_closed(request: HttpRequest, record: ServiceRecord) -> HttpResponse | None:
    if access.may_write(request.user, record):
        return None
    messages.warning(request, _("The year %(year)s is closed, so nothing was saved.") % {"year": record.year})
    return redirect("service", record.pk)


def _typed(request: HttpRequest) -> Any:
    """What is posted; else what was typed here before and not saved; else nothing."""
    if request.method == "POST":
        return request.POST
    found = kept.kept(request.user, request.path)
    return found[0] if found else None


def _show(request: HttpRequest, form: ServiceForm, *, status: int = 0, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "sections": [(section, [form[name] for name in section.fields]) for section in SECTIONS],
        **more,
    }
    usual = 422 if request.method == "POST" and form.errors else 200
    return render(request, "services/form.html", context, status=status or usual)

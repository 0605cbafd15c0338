"""运行维护: one record per instrument and year. 保存 is the submission; there is no review."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyi.accounts import kept
from keyi.accounts.roles import Capability
from keyi.records import uploads
from keyi.records.views import serve
from keyi.reporting import oddities, operations, proofs, reading, upkeep, years
from keyi.reporting.forms.operation import SECTIONS, OperationForm
from keyi.reporting.models import AnnualOperation, ProofFile, UpkeepYear
from keyi.reporting.years import Place

from .staff import refuse_writing

FILE_STEPS = frozenset({"upload", "remove"})


@login_required
@require_GET
def operation_year(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """The record of the year to read, the way to it, and the other years."""
    place = years.get_place(request.user, year, pk)
    record = operations.of_year(place.instrument, year)
    others = AnnualOperation.objects.for_user(request.user, Capability.VIEW).filter(
        instrument=place.instrument
    )
    context = {
        "place": place,
        "record": record,
        "parts": reading.parts(record) if record else [],
        "files": reading.files(place.instrument, year),
        "oddities": reading.oddities(record) if record else [],
        "others": others.exclude(year=year).order_by("-year"),
    }
    return render(request, "reporting/operation.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def operation_edit(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """新增 and 修改 are one form at one address, so that two windows meet at the same record."""
    place = years.get_place(request.user, year, pk)
    if closed := refuse_writing(request, place, "operation-year"):
        return closed
    if request.method != "POST":
        return _show(request, place)
    kept_year = upkeep.lock_one(place.instrument, year)
    do, _colon, token = request.POST.get("do", "save").partition(":")
    if do == "discard":
        kept.forget(request.user, request.path)
        return redirect(request.path)
    kept.keep(request.user, request.path, request.POST)
    if do == "services":  # a page above: what was typed waits here for its sums
        return redirect("service-sums", year, pk)
    refused = proofs.take(kept_year, request.FILES, request.user)
    if do == "remove":
        uploads.withdraw(kept_year, token)
    if do in FILE_STEPS and not refused:
        return redirect(f"{request.path}#files-proofs")
    return _take(request, place, kept_year, refused)


def _show(request: HttpRequest, place: Place) -> HttpResponse:
    """The record as saved, or with what was typed since and not saved."""
    year = place.year.number
    row = UpkeepYear.objects.filter(instrument=place.instrument, year=year).first()
    row = row or UpkeepYear(instrument=place.instrument, year=year)
    found = kept.kept(request.user, request.path)
    form = _form(place, row, found[0] if found else None)
    return _render(request, place, form, restored_at=found[1] if found else None)


def _form(place: Place, row: UpkeepYear, data: Any) -> OperationForm:
    record = operations.of_year(place.instrument, place.year.number)
    unit = place.instrument.institution_id
    record = record or AnnualOperation(
        instrument=place.instrument, year=place.year.number, institution_id=unit
    )
    record.instrument = place.instrument
    last = operations.of_year(place.instrument, place.year.number - 1)
    return OperationForm(data, instance=record, last=last, upkeep=row)


def _take(request: HttpRequest, place: Place, row: UpkeepYear, refused: list[Any]) -> HttpResponse:
    """One POST of the form, under the lock of the instrument's year."""
    form = _form(place, row, request.POST)
    saved_edits = form.instance.edits if form.instance.pk else 0
    form.is_valid()
    for problem in refused:
        form.add_error("proofs", problem)
    changed = [name for name in form.changed_data if name not in ("edits", "proofs")]
    if form.cleaned_data.get("edits") not in (None, saved_edits) and changed:
        return _conflict(request, place, row, saved_edits)
    if form.errors:
        return _render(request, place, form, status=422)
    odd = oddities.look(form.instance, form.last)
    if set(odd) - set(request.POST.get("confirmed", "").split(",")):
        return _render(request, place, form, odd=odd, status=422)
    if changed or not saved_edits:
        operations.save(form.instance, request.user, changed=changed)
    kept.forget(request.user, request.path)
    messages.success(
        request,
        _("The record of %(year)s is saved and thereby submitted. There is no review.")
        % {"year": place.year.number},
    )
    return redirect("operation-year", place.year.number, place.instrument.pk)


def _conflict(request: HttpRequest, place: Place, row: UpkeepYear, edits: int) -> HttpResponse:
    """Saved in another window since this form was opened: show this typing again, to be saved knowingly."""
    data = request.POST.copy()
    data["edits"] = str(edits)
    form = _form(place, row, data)
    saved = operations.of_year(place.instrument, place.year.number)
    return _render(request, place, form, conflict=saved, status=409)


def _render(
    request: HttpRequest, place: Place, form: OperationForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "place": place,
        "form": form,
        "sections": [(section, [form[name] for name in section.fields]) for section in SECTIONS],
        **extra,
    }
    if odd := extra.get("odd"):
        context["confirmed"] = ",".join(odd)
    return render(request, "reporting/operation_form.html", context, status=status)


@login_required
@require_GET
def proof_file(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """One 佐证材料 for those who may see its instrument."""
    rows = UpkeepYear.objects.for_user(request.user, Capability.VIEW)
    file = ProofFile.objects.filter(record__in=rows, token=token).first()
    if file is None:
        raise Http404
    return serve(file)

"""Pages every kind of record has: list, reading, check before submission, confirmation, steps, files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.core.pages import paginate, render_page
from keyi.core.pictures import thumbnail
from keyi.review import workflow
from keyi.review.models import Record
from keyi.review.status import Status
from keyi.review.workflow import StaleState
from keyi.review.workingdays import due_date

from . import present, submission
from .closed import closed_page
from .filters import RecordFilter
from .forms.steps import CommentForm, DeclarationForm
from .gate import is_unit_published
from .kinds import KINDS, Kind

OWNER_STEPS = frozenset({"recall", "revise", "take_down"})
THUMBNAIL_WIDTH = 480
WAITING = frozenset({Status.SUBMITTED, Status.ENDORSED})


def _visible(request: HttpRequest, kind: Kind) -> QuerySet:
    return kind.model.objects.for_user(request.user, Capability.VIEW).select_related("unit", "unit__parent")


@login_required
@require_GET
def record_list(request: HttpRequest, kind: Kind) -> HttpResponse:
    if kind.is_single:
        return _own_record(request, kind)
    records = _visible(request, kind)
    if kind.is_of_unit and (unit := _unit_that_waits(request)) and not records.exists():
        return closed_page(request, kind, unit)
    filters = RecordFilter(request.GET or None, user=request.user, kind=kind)
    found = filters.apply(records)
    context = {
        "kind": kind,
        "page": paginate(request, found.select_related(*kind.joined).order_by("-updated_at", "-pk"), 20),
        "filters": filters,
        "is_filtered": filters.is_used,
        "may_add": _may_add(request, kind),
        "any": filters.is_used and records.exists(),
    }
    return render_page(request, "records/list.html", context, partial="records/list_rows.html")


def _may_add(request: HttpRequest, kind: Kind) -> bool:
    if not kind.is_of_unit:
        return bool(request.user.scope(Capability.EDIT))
    home = request.user.home
    if home is None or home.unit.level != OrgUnit.Level.INSTITUTION:
        return False
    return may(request.user, Capability.EDIT, home.unit)


def _unit_that_waits(request: HttpRequest) -> OrgUnit | None:
    """The unit of its administrator, while its information is not published."""
    home = request.user.home
    if home is None or home.unit.level != OrgUnit.Level.INSTITUTION or is_unit_published(home.unit):
        return None
    return home.unit if may(request.user, Capability.EDIT, home.unit) else None


def _own_record(request: HttpRequest, kind: Kind) -> HttpResponse:
    """单位信息管理 leads to the one record of the unit, or to its empty form."""
    home = request.user.home
    if home is None or not may(request.user, Capability.EDIT, home.unit):
        raise Http404
    record = kind.model.objects.for_user(request.user, Capability.EDIT).filter(unit=home.unit).first()
    if record is None:
        return redirect("record-create", kind)
    return redirect("record-edit" if record.is_editable else "record-detail", kind, record.pk)


@login_required
@require_GET
def record_detail(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    record = get_object_or_404(_visible(request, kind), pk=pk)
    steps = [step for step in workflow.available(record, request.user) if step.name in OWNER_STEPS]
    keeps = may(request.user, Capability.EDIT, record.unit)
    context = {"steps": steps, "form": CommentForm(), "row_name": record._meta.model_name if keeps else ""}
    return render(request, "records/detail.html", _reading(kind, record) | context)


def _reading(kind: Kind, record: Record, *, is_whole: bool = False) -> dict[str, Any]:
    marks = [
        (kind.form.base_fields[name].label, note)
        for name, note in record.marks.items()
        if name in kind.form.base_fields
    ]
    return {
        "kind": kind,
        "record": record,
        "parts": present.sections(kind.slug, record.snapshot(), is_whole=is_whole),
        "history": workflow.history(record),
        "marks": marks,
        "due": due_date(record.submitted_at) if record.submitted_at and record.status in WAITING else None,
    }


@login_required
def record_check(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """核对后提交: everything once more, then the declaration and 提交."""
    records = kind.model.objects.for_user(request.user, Capability.EDIT).select_related(
        "unit", "unit__parent"
    )
    record = get_object_or_404(records, pk=pk)
    if not record.is_editable:
        messages.info(
            request, _("This record has already been submitted. Its receipt number and state stand below.")
        )
        return redirect("record-detail", kind, pk)
    form = DeclarationForm(
        request.POST if request.method == "POST" else None, initial={"edits": record.edits}
    )
    if request.method == "POST" and form.is_valid() and (done := _try_submit(request, kind, pk, form)):
        return done
    check = submission.check(record, request.user)
    if check.errors:
        return redirect(reverse("record-edit", args=[kind, pk]) + "?check=1")
    context = _reading(kind, record, is_whole=True) | {"form": form, "warnings": _warnings(check)}
    return render(request, "records/check.html", context, status=422 if form.errors else 200)


def _try_submit(request: HttpRequest, kind: Kind, pk: int, form: DeclarationForm) -> HttpResponse | None:
    """Submit; None, with the reason in the form, when the record stays where it is."""
    try:
        submission.submit(kind, pk, request.user, seen_edits=form.cleaned_data["edits"])
    except submission.Incomplete:
        return redirect(reverse("record-edit", args=[kind, pk]) + "?check=1")
    except StaleState:
        messages.warning(
            request, _("Somebody saved or submitted this record meanwhile. Look at it as it is now.")
        )
        return redirect("record-detail", kind, pk)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return redirect("record-done", kind, pk)


def _warnings(check: Any) -> list[tuple[str, str, str]]:
    return [(name, check.fields[name].label, text) for name, text in check.warnings.items()]


@login_required
@require_GET
def record_done(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """The confirmation: 受理编号, when an answer is due, what comes next, how to recall."""
    records = kind.model.objects.for_user(request.user, Capability.EDIT).select_related("unit")
    record = get_object_or_404(records, pk=pk)
    if record.status not in WAITING or record.submitted_at is None:
        return redirect("record-detail", kind, pk)
    return render(
        request, "records/done.html", {"kind": kind, "record": record, "due": due_date(record.submitted_at)}
    )


@login_required
@require_POST
def record_step(request: HttpRequest, kind: Kind, pk: int, name: str) -> HttpResponse:
    """撤回, 修改, 下线: the steps of those who keep the record."""
    record = get_object_or_404(_visible(request, kind), pk=pk)
    if name not in OWNER_STEPS:
        raise Http404
    form = CommentForm(request.POST)
    try:
        if form.is_valid():
            workflow.perform(
                record,
                name,
                request.user,
                comment=form.cleaned_data["comment"],
                seen_version=form.cleaned_data["version"],
            )
            return redirect("record-edit" if record.is_editable else "record-detail", kind, pk)
    except StaleState:
        messages.warning(
            request,
            _("The state of this record changed meanwhile, so nothing was done. Look at its state now."),
        )
        return redirect("record-detail", kind, pk)
    except ValidationError as error:
        form.add_error("comment", error.message_dict["comment"])
    steps = [step for step in workflow.available(record, request.user) if step.name in OWNER_STEPS]
    return render(
        request, "records/detail.html", _reading(kind, record) | {"steps": steps, "form": form}, status=422
    )


@login_required
@require_GET
def record_file(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """One attached file for those who may see its record. ``?small`` gives a list-sized picture."""
    for kind in KINDS.values():
        file = kind.file_model.objects.filter(token=token).select_related("record").first()
        if file is not None and _visible(request, kind).filter(pk=file.record_id).exists():
            return serve(file, is_small="small" in request.GET)
    raise Http404


def serve(file: Any, *, is_small: bool = False) -> HttpResponse | FileResponse:
    """The file's bytes with headers that let a browser show it and nothing else."""
    try:
        content = file.file.open()
    except (FileNotFoundError, ObjectDoesNotExist) as error:
        raise Http404 from error
    if is_small and file.is_image:
        return HttpResponse(thumbnail(content.read(), THUMBNAIL_WIDTH), content_type="image/jpeg")
    is_shown = file.content_type in ("image/jpeg", "image/png", "application/pdf")
    response = FileResponse(
        content, as_attachment=not is_shown, filename=file.name, content_type=file.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response

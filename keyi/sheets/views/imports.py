"""导入: upload, match the columns, look at what would become of every row, confirm."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyi.accounts.models import OrgUnit
from keyi.accounts.scope import may
from keyi.core.pages import paginate, render_page
from keyi.core.xlsx import sheet_response
from keyi.sheets import steps, writing
from keyi.sheets.columns import label
from keyi.sheets.forms import ConfirmForm, MatchForm, UploadForm
from keyi.sheets.kinds import NEEDS, SHEETS
from keyi.sheets.models import Import, Step, Verdict
from keyi.sheets.running import headings_of
from keyi.sheets.sheet import Sheet, said_by

PER_PAGE = 20
ROWS_SHOWN = 50
FIRST_SHOWN = (Verdict.REFUSED, Verdict.CHANGED, Verdict.NEW)


def home_unit(request: HttpRequest, sheet: Sheet) -> OrgUnit:
    """Where the person's tables belong. Raises PermissionDenied."""
    home = request.user.home
    if home is None or not may(request.user, NEEDS[sheet.slug], home.unit) or not home.unit.institution_path:
        raise PermissionDenied
    return home.unit


@login_required
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """One's own imports, and the ways to begin one."""
    unit = request.user.home.unit if request.user.home else None
    offered = [
        sheet
        for sheet in SHEETS.values()
        if unit and unit.institution_path and may(request.user, NEEDS[sheet.slug], unit)
    ]
    if not offered:
        raise PermissionDenied
    page = paginate(request, Import.objects.of(request.user), PER_PAGE)
    for job in page:
        job.label = SHEETS[job.sheet].label if job.sheet in SHEETS else ""
    return render(request, "sheets/imports.html", {"offered": offered, "page": page})


@login_required
@require_safe
def import_template(request: HttpRequest, sheet: Sheet) -> FileResponse:
    home_unit(request, sheet)
    return sheet_response(writing.template(sheet), f"{label(sheet.label)}导入模板.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    unit = home_unit(request, sheet)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, sheet=sheet, unit=unit)
    if form.is_bound and form.is_valid():
        return redirect("import", steps.start(form, sheet, request.user, unit).token)
    status = 422 if form.is_bound else 200
    return render(request, "sheets/upload.html", {"sheet": sheet, "form": form}, status=status)


@login_required
@require_safe
def import_page(request: HttpRequest, token: str) -> HttpResponse:
    """The step it is at. While it runs, htmx asks for the bar again and again."""
    job = _own(request, token)
    pages: dict[str, Callable[..., HttpResponse]] = {
        Step.MATCH: _match,
        Step.CHECKED: _result,
        Step.DONE: _result,
    }
    return pages.get(job.step, _running)(request, job)


def _own(request: HttpRequest, token: str) -> Import:
    return get_object_or_404(Import.objects.of(request.user).select_related("unit"), token=token)


def _context(job: Import, **extra: Any) -> dict[str, Any]:
    return {"job": job, "sheet": SHEETS[job.sheet], **extra}


def _match(request: HttpRequest, job: Import, form: MatchForm | None = None) -> HttpResponse:
    form = form or MatchForm(job=job, sheet=SHEETS[job.sheet])
    status = 422 if form.is_bound else 200
    return render(request, "sheets/match.html", _context(job, form=form), status=status)


def _running(request: HttpRequest, job: Import) -> HttpResponse:
    return render_page(request, "sheets/running.html", _context(job), partial="sheets/bar.html")


def _result(request: HttpRequest, job: Import, form: ConfirmForm | None = None) -> HttpResponse:
    """Counts, and the rows of one verdict: what is wrong first."""
    asked = request.GET.get("verdict", "")
    usual = next((one for one in FIRST_SHOWN if job.counts.get(one)), Verdict.UNCHANGED)
    shown = Verdict(asked) if asked in Verdict.values else usual
    page = paginate(request, job.rows.filter(verdict=shown), ROWS_SHOWN)
    headings = headings_of(job)
    for row in page:
        said = said_by(headings, row.cells)
        row.title = " ".join(text.strip() for text in list(said.values())[:3] if text.strip())[:80]
    tabs = [(one, job.counts.get(one, 0)) for one in Verdict if one != Verdict.WAITING]
    context = _context(
        job, page=page, shown=shown, tabs=tabs, form=form or ConfirmForm(job=job),
        to_save=job.counts.get(Verdict.NEW, 0) + job.counts.get(Verdict.CHANGED, 0),
        left_out=[one for one in job.headings if not one["target"]],
    )  # fmt: skip
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "sheets/result.html", context, status=status)


@login_required
@require_POST
def import_match(request: HttpRequest, token: str) -> HttpResponse:
    job = _own(request, token)
    if job.step != Step.MATCH:
        return redirect("import", token)
    sheet = SHEETS[job.sheet]
    home_unit(request, sheet)
    form = MatchForm(request.POST, job=job, sheet=sheet)
    if not form.is_valid():
        return _match(request, job, form)
    clears = form.cleaned_data["clears"]
    steps.begin_check(job, form.headings(), sheet, clears=clears, usual=form.usual())
    return redirect("import", token)


@login_required
@require_POST
def import_confirm(request: HttpRequest, token: str) -> HttpResponse:
    job = _own(request, token)
    if job.step != Step.CHECKED:
        return redirect("import", token)
    home_unit(request, SHEETS[job.sheet])
    form = ConfirmForm(request.POST, job=job)
    if not form.is_valid():
        return _result(request, job, form)
    steps.begin_save(job, only_good=form.cleaned_data["only_good"])
    return redirect("import", token)


@login_required
@require_POST
def import_back(request: HttpRequest, token: str) -> HttpResponse:
    """Match the columns again."""
    steps.match_again(_own(request, token))
    return redirect("import", token)


@login_required
@require_POST
def import_drop(request: HttpRequest, token: str) -> HttpResponse:
    """Forget an import that is not running. What it has saved stays."""
    job = _own(request, token)
    if job.is_running:
        messages.warning(request, _("It is running now. Wait until it has finished."))
        return redirect("import", token)
    job.delete()
    messages.success(request, _("The import is deleted. What it had saved already stays as it is."))
    return redirect("imports")


@login_required
@require_safe
def import_report(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    job = _own(request, token)
    if job.step not in (Step.CHECKED, Step.DONE):
        return redirect("import", token)
    stem = job.file_name.rpartition(".")[0] or job.file_name
    return sheet_response(writing.report(job, job.rows.iterator(chunk_size=500)), f"{stem}-检查结果.xlsx")

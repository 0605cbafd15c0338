"""报告错误: the form on the portal, and the list where those concerned answer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyi.accounts import captcha
from keyi.accounts.address import client_address
from keyi.accounts.limits import allow
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may, may_somewhere
from keyi.catalogue import reports
from keyi.catalogue.figures import INSTRUMENTS
from keyi.catalogue.forms import AnswerForm, ReportForm
from keyi.catalogue.models import ErrorReport
from keyi.core.pages import paginate, render_page
from keyi.search.models import Document

PER_HOUR, PER_HOUR_WITHOUT_PROOF = 20, 3  # by network address
PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest, slug: str) -> HttpResponse:
    document = Document.objects.filter(kind=INSTRUMENTS, slug=slug).first()
    if document is None:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _form(request, document, form)
    if refusal := _refusal(request):
        form.add_error(None, refusal)
        return _form(request, document, form, status=429)
    if not form.is_valid():
        return _form(request, document, form, status=422)
    reports.write_down(form.save(commit=False), document)
    messages.success(request, _("Thank you. Your report has gone to the unit that answers for this page."))
    return redirect("instrument", slug)


def _form(request: HttpRequest, document: Document, form: ReportForm, *, status: int = 200) -> HttpResponse:
    context = {"document": document, "form": form, "limit": PER_HOUR_WITHOUT_PROOF}
    return render_page(request, "catalogue/report.html", context, status=status)


def _refusal(request: HttpRequest) -> str:
    """Why this address may not report now; nothing when it may."""
    payload = request.POST.get("altcha", "")
    proved = bool(payload) and captcha.is_solved(payload)
    what, limit = ("report", PER_HOUR) if proved else ("report-plain", PER_HOUR_WITHOUT_PROOF)
    if allow(what, client_address(request), limit=limit):
        return ""
    return _("Too many reports from this network. Please try again in an hour; what you wrote stays here.")


@login_required
@require_GET
def error_reports(request: HttpRequest) -> HttpResponse:
    if not may_somewhere(request.user, Capability.VIEW):
        raise PermissionDenied
    return _list(request, AnswerForm())


def _list(request: HttpRequest, form: AnswerForm, *, of: int = 0, status: int = 200) -> HttpResponse:
    found = ErrorReport.objects.for_user(request.user, Capability.VIEW).select_related("unit", "answered_by")
    page = paginate(request, found, PER_PAGE)
    for one in page:
        one.may_answer = one.answered_at is None and may(request.user, Capability.EDIT, one.unit)  # type: ignore[attr-defined]
        one.form = form if one.pk == of else AnswerForm(auto_id=f"id_%s_{one.pk}")  # type: ignore[attr-defined]
    context: dict[str, Any] = {"page": page, "number": found.filter(answered_at__isnull=True).count()}
    return render(request, "catalogue/reports.html", context, status=status)


@login_required
@require_POST
def answer_report(request: HttpRequest, pk: int) -> HttpResponse:
    found = ErrorReport.objects.for_user(request.user, Capability.VIEW).select_related("unit")
    one = get_object_or_404(found, pk=pk)
    if not may(request.user, Capability.EDIT, one.unit):
        raise PermissionDenied
    form = AnswerForm(request.POST, auto_id=f"id_%s_{one.pk}")
    if not form.is_valid():
        return _list(request, form, of=one.pk, status=422)
    if reports.answer(one, form.cleaned_data["answer"], request.user):
        messages.success(request, _("The report on “%(title)s” is answered.") % {"title": one.title})
    else:
        messages.info(request, _("A colleague has answered this report already. Yours was not needed."))
    return redirect("error-reports")

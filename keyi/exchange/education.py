"""教育部报表: a university's CERS documents and table SJ3, with what could not go into them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keyi.accounts import kept
from keyi.accounts.choices import UnitNature
from keyi.accounts.limits import allow
from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.audit import log
from keyi.reporting import years

from .cers import documents
from .cers.documents import Report
from .forms import SchoolForm
from .models import School
from .views import own_unit

XML, XLSX = (
    "application/xml; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
SHOWN = 200  # of what could not go in
FETCHES = 30  # an hour, by one token
Maker = Callable[[School, int, Report], bytes]
MAKERS: Mapping[str, tuple[Maker, str]] = {
    "instruments": (lambda school, _year, report: documents.instruments(school, report), "xml"),
    "effects": (documents.effects, "xml"),
    "platform": (lambda school, _year, report: documents.platform(school, report), "xml"),
    "sj3": (documents.sj3, "xlsx"),
}


def _university(request: HttpRequest) -> OrgUnit:
    unit = own_unit(request)
    if unit is None or unit.nature != UnitNature.UNIVERSITY:
        raise PermissionDenied
    return unit


def _school(request: HttpRequest) -> School | None:
    mine = School.objects.for_user(request.user, Capability.MANAGE_LABS).select_related("unit")
    return mine.filter(unit=_university(request)).first()


@login_required
@require_safe
def education(request: HttpRequest) -> HttpResponse:
    """The documents of the years, and for the asked year what would be left out and why."""
    unit, school = _university(request), _school(request)
    found = [year.number for year in years.years(unit)]
    asked = request.GET.get("check", "")
    report = Report()
    if school is not None and asked.isdigit() and int(asked) in found:
        for maker, _kind in MAKERS.values():
            maker(school, int(asked), report)
    context = {
        "school": school, "years": found, "checked": asked if asked.isdigit() and int(asked) in found else "",
        "left_out": report.left_out[:SHOWN], "more": max(len(report.left_out) - SHOWN, 0),
    }  # fmt: skip
    return render(request, "exchange/education.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def education_codes(request: HttpRequest) -> HttpResponse:
    school = _school(request) or School(unit=_university(request))
    form = SchoolForm(request.POST if request.method == "POST" else None, instance=school)
    if request.method != "POST":
        kept.restore(request, form)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "exchange/education_codes.html", {"form": form}, status=status)
    form.save()
    kept.forget(request.user, request.path)
    log.record(request.user, "education.codes", school)
    messages.success(request, _("Saved."))
    return redirect("education")


@login_required
@require_safe
def education_file(request: HttpRequest, document: str, year: int) -> HttpResponse:
    school = _school(request)
    if document not in MAKERS or year not in [one.number for one in years.years(_university(request))]:
        raise Http404
    if school is None:
        return redirect("education-codes")
    log.record(request.user, "education.export", school, document=document, year=year)
    return _answer(school, document, year, is_attached=True)


@require_safe
def education_open(request: HttpRequest, token: str, document: str) -> HttpResponse:
    """For the ministry, which fetches by address: the token is the permission. The last year that has begun."""
    school = School.objects.select_related("unit").filter(token=token).first()
    if school is None or document not in MAKERS:
        raise Http404
    if not allow("education", token, limit=FETCHES):
        return HttpResponse(status=429)
    begun = [year.number for year in years.years(school.unit) if not year.is_to_come]
    return _answer(school, document, begun[0] if begun else 0, is_attached=False)


def _answer(school: School, document: str, year: int, *, is_attached: bool) -> HttpResponse:
    maker, extension = MAKERS[document]
    content: Any = maker(school, year, Report())
    response = HttpResponse(content, content_type=XML if extension == "xml" else XLSX)
    if is_attached:
        response["Content-Disposition"] = (
            f'attachment; filename="{school.code}-{document}-{year}.{extension}"'
        )
    return response

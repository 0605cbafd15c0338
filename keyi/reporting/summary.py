"""仪器维护进度汇总: how far a unit's upkeep of a year is, by 二级院系 and 三级实验室."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may, may_somewhere
from keyi.audit.log import record
from keyi.core.xlsx import sheet_response, write_sheet

from . import progress, table
from .forms.progress import UnitFilter
from .years import Year, choose, institution_of, years

C = Capability


@login_required
@require_GET
def unit_summary(request: HttpRequest) -> HttpResponse:
    """The person's own part of the own unit."""
    if may_somewhere(request.user, C.APPROVE):
        return redirect("province-progress")
    return _page(request, _own_institution(request))


@login_required
@require_GET
def unit_summary_export(request: HttpRequest) -> HttpResponse | FileResponse:
    return _export(request, _own_institution(request))


@login_required
@require_GET
def province_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page of any unit of the province, to read."""
    return _page(request, _institution(request, pk))


@login_required
@require_GET
def province_unit_export(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    return _export(request, _institution(request, pk))


def _own_institution(request: HttpRequest) -> OrgUnit:
    institution = institution_of(request.user)
    if institution is None or not may_somewhere(request.user, C.EDIT):
        raise PermissionDenied
    return institution


def _institution(request: HttpRequest, pk: int) -> OrgUnit:
    units = OrgUnit.objects.for_user(request.user, C.APPROVE).filter(level=OrgUnit.Level.INSTITUTION)
    if not may_somewhere(request.user, C.APPROVE):
        raise PermissionDenied
    return get_object_or_404(units, pk=pk)


def _page(request: HttpRequest, institution: OrgUnit) -> HttpResponse:
    is_province = may_somewhere(request.user, C.APPROVE)
    export = (
        reverse("province-unit-export", args=[institution.pk]) if is_province else reverse("progress-export")
    )
    context: dict[str, Any] = {
        "institution": institution,
        "is_province": is_province,
        "is_whole": may(request.user, C.VIEW, institution),
        "export": export,
    }
    found = years(institution)
    if year := choose(found, request.GET.get("year", "")):
        context |= _figures(request, institution, found, year)
    return render(request, "reporting/summary.html", context)


def _figures(request: HttpRequest, institution: OrgUnit, found: list[Year], year: Year) -> dict[str, Any]:
    filters, branches = _asked(request, institution, found, year)
    folding = table.Folding(request.GET, branches)
    to_list = f"{reverse('upkeep-list')}?"
    state = filters.asked["state"]
    query = {"year": year.number} | ({"state": state} if state else {})
    return {
        "year": year,
        "filters": filters,
        "total": progress.add_up(branch.counts for branch in branches),
        "lines": table.lines(branches, folding, lambda unit: to_list + urlencode(query | {"lab": unit.pk})),
        "list_url": to_list + urlencode(_for_list(filters, year)),
        "query": request.GET.urlencode(),
    }


def _for_list(filters: UnitFilter, year: Year) -> dict[str, Any]:
    """The same question to the list of instruments, but for the state."""
    place = filters.asked["lab"] or filters.asked["department"]
    return {"year": year.number} | ({"lab": place} if place else {})


def _asked(
    request: HttpRequest, institution: OrgUnit, found: list[Year], year: Year
) -> tuple[UnitFilter, list[progress.Branch]]:
    branches = progress.unit_tree(request.user, institution, year.number)
    filters = UnitFilter(request.GET, years=found, year=year, branches=branches)
    asked = filters.asked
    shown = progress.narrow(branches, top=asked["department"], leaf=asked["lab"], state=asked["state"])
    return filters, shown


def _export(request: HttpRequest, institution: OrgUnit) -> HttpResponse | FileResponse:
    found = years(institution)
    year = choose(found, request.GET.get("year", ""))
    if year is None:
        return redirect("progress")
    filters, branches = _asked(request, institution, found, year)
    total = progress.add_up(branch.counts for branch in branches)
    title = _("Maintenance progress %(year)s") % {"year": year.number}
    headings = table.headings(_("Department (second level)"), _("Laboratory (third level)"))
    file = write_sheet(title, headings, table.sheet_rows(branches, total), widths=table.WIDTHS)
    record(request.user, "export_progress", institution, year=year.number, **filters.asked)
    return sheet_response(file, f"{title} {institution.name}.xlsx")

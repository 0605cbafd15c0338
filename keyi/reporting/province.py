"""The province's view of the upkeep: progress by 市州 and unit, and the figures worth a second look."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.audit.log import record
from keyi.core.pages import paginate, render_page
from keyi.core.xlsx import sheet_response, write_sheet

from . import progress, table
from .deadlines import province_years
from .forms.oddities import OddityFilter
from .forms.progress import ProvinceFilter
from .models import AnnualOperation
from .oddities import JUMP_FIELDS
from .oddities_list import describe
from .years import Year, choose

C = Capability
ODDITIES_PER_PAGE = 50
FIGURES = ("year", "jumps", "has_same_figures", *JUMP_FIELDS)


def require_province(request: HttpRequest) -> None:
    if not may_somewhere(request.user, C.APPROVE):
        raise PermissionDenied


@login_required
@require_GET
def province_progress(request: HttpRequest) -> HttpResponse:
    require_province(request)
    found = province_years()
    year = choose(found, request.GET.get("year", ""))
    context = _figures(request, found, year) if year else {}
    return render(request, "reporting/province.html", context)


def _figures(request: HttpRequest, found: list[Year], year: Year) -> dict[str, Any]:
    filters, branches = _asked(request, found, year)
    folding = table.Folding(request.GET, branches)
    query = urlencode({"year": year.number} | _only(filters.asked, "state"))
    here = f"{reverse('province-progress')}?{query}&"

    def url(unit: OrgUnit) -> str:
        if unit.level == OrgUnit.Level.CITY:
            return f"{here}city={unit.pk}"
        return f"{reverse('province-unit', args=[unit.pk])}?{query}"

    return {
        "year": year,
        "filters": filters,
        "total": progress.add_up(branch.counts for branch in branches),
        "lines": table.lines(branches, folding, url),
        "query": request.GET.urlencode(),
    }


def _only(asked: dict[str, str], *names: str) -> dict[str, str]:
    return {name: asked[name] for name in names if asked[name]}


def _asked(
    request: HttpRequest, found: list[Year], year: Year
) -> tuple[ProvinceFilter, list[progress.Branch]]:
    branches = progress.province_tree(request.user, year.number)
    filters = ProvinceFilter(request.GET, years=found, year=year, branches=branches)
    asked = filters.asked
    return filters, progress.narrow(branches, top=asked["city"], state=asked["state"], word=asked["q"])


@login_required
@require_GET
def province_progress_export(request: HttpRequest) -> HttpResponse | FileResponse:
    require_province(request)
    found = province_years()
    year = choose(found, request.GET.get("year", ""))
    if year is None:
        return redirect("province-progress")
    filters, branches = _asked(request, found, year)
    total = progress.add_up(branch.counts for branch in branches)
    title = _("Maintenance progress %(year)s") % {"year": year.number}
    headings = table.headings(_("City"), pgettext("column", "Unit"))
    file = write_sheet(title, headings, table.sheet_rows(branches, total), widths=table.WIDTHS)
    record(request.user, "export_progress", year.period, year=year.number, **filters.asked)
    return sheet_response(file, f"{title}.xlsx")


@login_required
@require_GET
def oddities(request: HttpRequest) -> HttpResponse:
    """值得再看的数据: jumps and equal figures, the newest first; nothing here is refused."""
    require_province(request)
    found = province_years()
    year = choose(found, request.GET.get("year", ""))
    if year is None:
        return render(request, "reporting/oddities.html", {})
    filters = OddityFilter(request.GET, years=found, year=year)
    records = filters.apply(_readable(request, year)).order_by("institution__name", "instrument", "pk")
    page = paginate(request, records, ODDITIES_PER_PAGE)
    page.object_list = describe(list(page.object_list), year.number)
    context = {"year": year, "filters": filters, "page": page}
    return render_page(request, "reporting/oddities.html", context, partial="reporting/oddities_rows.html")


def _readable(request: HttpRequest, year: Year) -> QuerySet[AnnualOperation]:
    """Only the columns of the list: an instrument's texts are long."""
    records = AnnualOperation.objects.for_user(request.user, C.APPROVE).filter(year=year.number)
    related = records.select_related("institution", "instrument__unit")
    names = ("instrument__name", "instrument__model_name", "instrument__unit__name", "institution__name")
    return related.only(*FIGURES, *names)

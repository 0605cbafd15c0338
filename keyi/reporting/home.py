"""工作台: the records' part, and above it how the yearly maintenance stands. It is served here because the records
know nothing of the years.
"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.records.home import home_context

from . import progress
from .years import choose, institution_of, years

SLOWEST = 5


@login_required
@require_GET
def work_home(request: HttpRequest) -> HttpResponse:
    return render(request, "reporting/home.html", home_context(request) | _maintenance(request))


def _maintenance(request: HttpRequest) -> dict[str, Any]:
    """The open year with its figures for those who fill in; nothing while no year is open."""
    institution = institution_of(request.user)
    if institution is None or not may_somewhere(request.user, Capability.EDIT):
        return {}
    year = choose(years(institution), "")
    if year is None or not year.is_open:
        return {}
    branches = progress.unit_tree(request.user, institution, year.number)
    total = progress.add_up(branch.counts for branch in branches)
    return {
        "year": year,
        "total": total,
        "has_more_to_do": total.open > 0,
        "slowest": _slowest(branches) if len(branches) > 1 else [],
    }


def _slowest(branches: list[progress.Branch]) -> list[progress.Branch]:
    kept_up = [branch for branch in branches if branch.counts.total]
    return sorted(kept_up, key=lambda branch: branch.counts.done / branch.counts.total)[:SLOWEST]

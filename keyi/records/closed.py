"""The page of a menu that is not open yet: why, and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keyi.accounts.models import OrgUnit

from .gate import unit_record
from .kinds import Kind


def closed_page(request: HttpRequest, kind: Kind, unit: OrgUnit, *, status: int = 200) -> HttpResponse:
    """The unit's information is not published: in which state it is, and the way to it."""
    return render(
        request, "records/closed.html", {"kind": kind, "unit_record": unit_record(unit)}, status=status
    )

"""由服务记录汇总: what the records add up to beside what 运行维护 says, and one click that fills it in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyi.accounts import kept
from keyi.accounts.roles import Capability
from keyi.records.forms.base import as_posted
from keyi.reporting import operations, years
from keyi.reporting.forms.operation import OperationForm
from keyi.reporting.models import AnnualOperation, UpkeepYear
from keyi.reporting.views.staff import refuse_writing
from keyi.services import sums as summing
from keyi.services.models import ServiceRecord


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sums(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    place = years.get_place(request.user, year, pk)
    if request.method == "POST":
        return refuse_writing(request, place, "operation-year") or _fill(request, place)
    records = ServiceRecord.objects.for_user(request.user, Capability.VIEW)
    context = {
        "place": place,
        "lines": summing.lines(place.instrument, year),
        "number": records.filter(instrument=place.instrument, year=year).count(),
    }
    return render(request, "services/sums.html", context)


def _fill(request: HttpRequest, place: years.Place) -> HttpResponse:
    """The sums go into the form as if they had been typed; nothing is saved before its owner says so."""
    number = place.year.number
    address = reverse("operation-edit", args=[number, place.instrument.pk])
    found = kept.kept(request.user, address)
    typed = found[0].copy() if found else _saved(place)
    for name, value in summing.figures(place.instrument, number).items():
        typed[name] = str(value)
    kept.keep(request.user, address, typed)
    messages.info(
        request, _("The sums of the service records are filled in. Check them, fill in the rest, then save.")
    )
    return redirect(address)


def _saved(place: years.Place) -> QueryDict:
    """The form as it would be posted unchanged."""
    number = place.year.number
    record = operations.of_year(place.instrument, number)
    upkeep = UpkeepYear.objects.filter(instrument=place.instrument, year=number).first()
    form = OperationForm(
        instance=record or AnnualOperation(instrument=place.instrument, year=number),
        last=None,
        upkeep=upkeep or UpkeepYear(instrument=place.instrument, year=number),
    )
    return as_posted(form)

"""沿用上年: what will be copied, then the copying. For one instrument, the ticked ones, a laboratory, everything."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.records.models import Instrument
from keyi.reporting import copy_forward, years
from keyi.reporting.models import AnnualStaff

MOST_SHOWN = 100  # instruments named on the preview page; the rest is counted
MOST_CHOSEN = 1000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy_staff(request: HttpRequest, year: int) -> HttpResponse:
    """GET shows, POST copies. ``only`` (several), ``lab``, or neither: everything in the person's scope."""
    if not request.user.scope(Capability.EDIT):
        raise PermissionDenied
    chosen = next(
        (one for one in years.years(years.institution_of(request.user)) if one.number == year), None
    )
    if chosen is None:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    instruments, lab = _asked(request, asked)
    back = f"{reverse('upkeep-list')}?year={year}" + (f"&lab={lab.pk}" if lab else "")
    if not chosen.is_open:
        messages.warning(request, _("The year %(year)s is closed, so nothing was copied.") % {"year": year})
        return redirect(back)
    if request.method == "POST":
        number = copy_forward.copy(request.user, year, instruments)
        _tell(request, number)
        only = request.POST.getlist("only")
        if request.POST.get("back") == "staff" and instruments.count() == 1 == len(only):
            return redirect("staff-year", year, int(only[0]))
        return redirect(back)
    shown = copy_forward.preview(request.user, year, instruments)
    context = {"year": chosen, "lab": lab, "back": back, "preview": shown, "only": asked.getlist("only")}
    return render(request, "reporting/copy.html", context | _named(shown, year))


def _asked(request: HttpRequest, asked: Any) -> tuple[QuerySet[Instrument], OrgUnit | None]:
    """The instruments spoken of, all within the person's scope; a foreign laboratory is 404."""
    instruments = Instrument.objects.for_user(request.user, Capability.EDIT)
    keys = [int(one) for one in asked.getlist("only")[:MOST_CHOSEN] if one.isascii() and one.isdigit()]
    keys = [key for key in keys if key < 2**63]
    if "only" in asked:
        return instruments.filter(pk__in=keys), None
    typed = asked.get("lab", "")
    if not typed:
        return instruments, None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Http404
    lab = get_object_or_404(OrgUnit.objects.for_user(request.user, Capability.EDIT), pk=int(typed))
    return instruments.filter(unit__path__startswith=lab.path), lab


def _named(preview: copy_forward.Preview, year: int) -> dict[str, Any]:
    """The first instruments with the people they would get."""
    ready = preview.ready.select_related("unit").only("name", "model_name", "inventory_number", "unit__name")
    records = list(ready.order_by("unit__path", "name", "pk")[:MOST_SHOWN])
    people: dict[int, list[AnnualStaff]] = {}
    rows = AnnualStaff.objects.filter(instrument__in=records, year=year - 1, staff__is_active=True)
    for row in rows.select_related("staff").order_by("-kind", "pk"):
        people.setdefault(row.instrument_id, []).append(row)
    total = preview.ready.count()
    return {
        "rows": [(record, people[record.pk]) for record in records],
        "total": total,
        "more": total - len(records),
    }


def _tell(request: HttpRequest, number: int) -> None:
    if number:
        messages.success(
            request,
            ngettext(
                "Last year's people are copied for %(n)d instrument.",
                "Last year's people are copied for %(n)d instruments.",
                number,
            )
            % {"n": number},
        )
    else:
        messages.info(request, _("There was nothing left to copy: nothing was changed."))

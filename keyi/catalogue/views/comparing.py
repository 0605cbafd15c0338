"""Instruments side by side, and the result list as a file."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyi.audit import log
from keyi.catalogue import comparing, export, filters
from keyi.catalogue.figures import INSTRUMENTS
from keyi.catalogue.forms import FindForm
from keyi.core.pages import render_page
from keyi.core.xlsx import sheet_response, write_sheet
from keyi.search import find as index
from keyi.search.index import NotReadyError

from .instruments import instrument_list
from .metadata import landing_page


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    slugs = comparing.picked(request.GET)
    chosen = comparing.copies(slugs)
    context = {
        "columns": [(copy, comparing.without(request.GET, copy.slug)) for copy in chosen],
        "rows": comparing.rows(chosen) if chosen else [],
        "gone": len(slugs) - len(chosen),
        "is_too_much": comparing.is_too_much(request.GET),
        "most": comparing.MOST,
        "more": f"{reverse('instrument-list')}?{_kept(slugs)}",
    }
    return render_page(request, "catalogue/compare.html", context)


def _kept(slugs: list[str]) -> str:
    return "&".join(f"{comparing.PARAM}={slug}" for slug in slugs)


@require_safe
@login_required
def export_list(request: HttpRequest) -> HttpResponse | FileResponse:
    """What the list with this query shows, as far as it can be paged through."""
    form = FindForm(request.GET)
    if not form.is_valid():
        return instrument_list(request)
    asked = index.Request(
        form.cleaned_data["q"], kinds=(INSTRUMENTS,), chosen=filters.values_of(filters.chosen_in(request.GET)),
        order=form.cleaned_data["sort"], size=index.REACH, with_counts=False,
        literal=form.cleaned_data["literal"],
    )  # fmt: skip
    try:
        ids = index.find(asked).ids
    except NotReadyError:
        return render(request, "catalogue/preparing.html", {"back": request.GET.urlencode()}, status=503)
    log.record(
        request.user, "catalogue.export", request.user, query=request.GET.urlencode()[:500], rows=len(ids)
    )
    rows = export.rows(ids, landing_page)
    file = write_sheet(_("Instruments and facilities"), export.headings(), rows, widths=export.WIDTHS)
    name = _("Instruments %(day)s") % {"day": timezone.localdate().isoformat()}
    return sheet_response(file, f"{name}.xlsx")

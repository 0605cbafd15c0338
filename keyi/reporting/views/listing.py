"""仪器维护进度详情: the user's instruments of a year, and what is still to do for each."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from keyi.accounts.roles import Capability
from keyi.core.pages import paginate, render_page
from keyi.records.models import Instrument
from keyi.reporting import years
from keyi.reporting.forms.filters import UpkeepFilter
from keyi.reporting.models import AnnualOperation
from keyi.reporting.states import COUNTS, State, due, with_state

PER_PAGE = 50
COLUMNS = (
    "name", "model_name", "inventory_number", "unit__name", "unit__level", "unit__parent__name", "kind",
)  # fmt: skip


class Counted:
    """A queryset whose length is known already, to be cut into pages without counting again."""

    ordered = True

    def __init__(self, rows: QuerySet[Instrument], number: int) -> None:
        self.rows, self.number = rows, number

    def count(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> QuerySet[Instrument]:
        return self.rows[part]


@login_required
@require_GET
def upkeep_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    found = years.years(years.institution_of(user))
    year = years.choose(found, request.GET.get("year", ""))
    filters = UpkeepFilter(request.GET, user=user)
    context: dict[str, Any] = {"years": found, "year": year, "filters": filters}
    if year is not None:
        context |= _rows(request, year, filters)
    return render_page(request, "reporting/upkeep.html", context, partial="reporting/upkeep_rows.html")


def _rows(request: HttpRequest, year: years.Year, filters: UpkeepFilter) -> dict[str, Any]:
    mine = Instrument.objects.for_user(request.user, Capability.VIEW)
    of_year = due(years.of_own_units(request.user, mine), year.number)
    found: Any = with_state(filters.apply(of_year), year.number)
    counts = found.order_by().aggregate(**COUNTS)
    state = filters.asked.get("state") or ""
    shown = found.filter(state=state) if state else found
    rows = Counted(_as_page(shown), counts[state or "total"])
    page = paginate(request, rows, PER_PAGE)
    records = list(page.object_list)
    _add_hours(records, year.number)
    return {
        "page": page,
        "records": records,
        "tabs": _tabs(request, counts, state),
        "total": counts["total"],
        "may_write": year.is_open and bool(request.user.scope(Capability.EDIT)),
    }


def _as_page(instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
    """In the order of the tree; only the columns of the list, for an instrument's texts are long."""
    return instruments.select_related("unit__parent").only(*COLUMNS).order_by("unit__path", "name", "pk")


def _tabs(request: HttpRequest, counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    """The states with their numbers; each keeps the rest of the query."""
    rest: list[tuple[str, Any]] = [
        (key, value) for key, value in request.GET.items() if key not in ("state", "page")
    ]
    tabs = [("", "total"), *((one.value, one.value) for one in State)]
    return [
        {
            "state": one,
            "label": State(one).label if one else "",
            "number": counts[key],
            "query": urlencode([*rest, ("state", one)]),
            "is_current": one == state,
        }
        for one, key in tabs
    ]


def _add_hours(records: list[Instrument], year: int) -> None:
    """Hours of this and the last year, for all rows in one query."""
    found = AnnualOperation.objects.filter(
        instrument__in=[record.pk for record in records], year__in=(year, year - 1)
    )
    hours = {
        (pk, number): value for pk, number, value in found.values_list("instrument", "year", "run_hours")
    }
    for record in records:
        record.hours_now = hours.get((record.pk, year))  # type: ignore[attr-defined]
        record.hours_before = hours.get((record.pk, year - 1))  # type: ignore[attr-defined]

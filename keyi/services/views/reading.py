"""服务记录: the list and one record to read."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may, may_somewhere
from keyi.audit import log
from keyi.core import personal
from keyi.core.pages import paginate
from keyi.services import access, present
from keyi.services.forms.filters import ServiceFilter
from keyi.services.forms.papers import PaperForm
from keyi.services.models import ServiceRecord
from keyi.services.sums import EXTERNAL

PER_PAGE = 50
YEARS_OFFERED = 10


@login_required
@require_GET
def service_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not may_somewhere(user, Capability.VIEW):
        raise PermissionDenied
    records = ServiceRecord.objects.for_user(user, Capability.VIEW)
    filters = ServiceFilter(request.GET)
    found = filters.apply(records)
    context = {
        "page": paginate(request, _as_page(found), PER_PAGE),
        "totals": _totals(found),
        "years": records.order_by("-year").values_list("year", flat=True).distinct()[:YEARS_OFFERED],
        "filters": filters,
        "may_add": may_somewhere(user, Capability.EDIT),
    }
    return render(request, "services/list.html", context)


def _as_page(records: QuerySet[ServiceRecord]) -> QuerySet[ServiceRecord]:
    return records.select_related("instrument").only(
        "number", "started_at", "hours", "amount", "content", "client", "applicant_unit", "income_yuan",
        "instrument__name", "instrument__model_name", "instrument__inventory_number",
    )  # fmt: skip


def _totals(records: QuerySet[ServiceRecord]) -> dict[str, Any]:
    return records.order_by().aggregate(
        count=Count("pk"),
        total_hours=Sum("hours"),
        to_others=Sum("hours", filter=EXTERNAL),
        income=Sum("income_yuan"),
    )


@login_required
@require_GET
def service(request: HttpRequest, pk: int) -> HttpResponse:
    record = access.get_seen(request.user, pk)
    keeps = may(request.user, Capability.EDIT, record.instrument.unit)
    context = {
        "record": record,
        "parts": present.parts(record),
        "keeps": keeps,
        "papers": present.papers(record),
        "may_write": access.may_write(request.user, record),
        "form": PaperForm(),
    }
    return render(request, "services/service.html", context)


@login_required
@require_POST
def service_personal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """The applicant's name or number whole, to who keeps the record."""
    record = get_object_or_404(ServiceRecord.objects.for_user(request.user, Capability.EDIT), pk=pk)
    if field not in personal.MASKS or not hasattr(record, field):
        raise Http404
    label: Any = ServiceRecord._meta.get_field(field)
    return personal.answer(request, log.record, record, {str(label.verbose_name): getattr(record, field)})

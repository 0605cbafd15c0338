"""Which rows an export holds: those of the list it stands at, with the list's own filters."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.records.filters import RecordFilter
from keyi.records.kinds import KINDS
from keyi.records.labs import tree
from keyi.records.models import Instrument
from keyi.reporting import years
from keyi.reporting.forms.filters import UpkeepFilter
from keyi.reporting.models import AnnualOperation, AnnualStaff
from keyi.services.forms.filters import ServiceFilter
from keyi.services.models import ServiceRecord

from .kinds import INSTRUMENTS, LABS, OPERATIONS, SERVICES, STAFF
from .sheet import Sheet


def _instruments(request: HttpRequest) -> QuerySet:
    records = Instrument.objects.for_user(request.user, Capability.VIEW)
    filters = RecordFilter(request.GET or None, user=request.user, kind=KINDS[Instrument.record_kind])
    return filters.apply(records).order_by("-updated_at", "-pk")


def _labs(request: HttpRequest) -> QuerySet:
    return tree.below(OrgUnit.objects.for_user(request.user, Capability.VIEW)).order_by("path")


def _staff(request: HttpRequest) -> QuerySet:
    """Personal data: of those whom this person keeps."""
    return _of_year(request, AnnualStaff.objects.for_user(request.user, Capability.EDIT))


def _operations(request: HttpRequest) -> QuerySet:
    return _of_year(request, AnnualOperation.objects.for_user(request.user, Capability.VIEW))


def _of_year(request: HttpRequest, rows: QuerySet) -> QuerySet:
    """The year the list shows, and its filters of the instruments."""
    year = years.choose(years.years(years.institution_of(request.user)), request.GET.get("year", ""))
    mine = Instrument.objects.for_user(request.user, Capability.VIEW)
    instruments = UpkeepFilter(request.GET, user=request.user).apply(mine)
    number = year.number if year else 0
    return rows.filter(year=number, instrument__in=instruments.order_by()).order_by("instrument", "pk")


def _services(request: HttpRequest) -> QuerySet:
    """With the applicants' data: of the instruments this person keeps."""
    records = ServiceRecord.objects.for_user(request.user, Capability.EDIT)
    return ServiceFilter(request.GET).apply(records).order_by("-started_at", "-pk")


_FOUND: dict[str, Callable[[HttpRequest], QuerySet]] = {
    INSTRUMENTS.slug: _instruments,
    LABS.slug: _labs,
    STAFF.slug: _staff,
    OPERATIONS.slug: _operations,
    SERVICES.slug: _services,
}


def found(sheet: Sheet, request: HttpRequest) -> QuerySet:
    return _FOUND[sheet.slug](request)

"""维护年度: the province opens a year, changes its dates, closes it, and reopens it for one unit."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from keyi.accounts.people import people_who
from keyi.accounts.roles import Capability
from keyi.audit.log import record
from keyi.core.pages import paginate
from keyi.inbox.send import send_message
from keyi.review.notify import HISTORY_LANGUAGE

from . import tasks
from .deadlines import province_years, until_text
from .forms.periods import PeriodDatesForm, PeriodForm, ReopeningForm
from .models import MaintenancePeriod, PeriodReopening
from .province import require_province
from .reminders import count_as_told

REOPENINGS_PER_PAGE = 20


@login_required
@require_GET
def periods(request: HttpRequest) -> HttpResponse:
    require_province(request)
    reopenings = PeriodReopening.objects.select_related("period", "institution", "by")
    context = {
        "years": province_years(),
        "page": paginate(request, reopenings, REOPENINGS_PER_PAGE),
        "today": timezone.localdate(),
    }
    return render(request, "reporting/periods.html", context)


@login_required
def period_create(request: HttpRequest) -> HttpResponse:
    require_province(request)
    today = timezone.localdate()
    form = PeriodForm(
        request.POST if request.method == "POST" else None,
        initial={"year": today.year - 1, "opens_on": today},
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            period = form.save()
            record(request.user, "open_year", period, **_dates(period))
            tasks.remind_of_upkeep.defer(**tasks.NOW)
        messages.success(request, _("The year is set. From its opening day the units are told."))
        return redirect("periods")
    return _form_page(request, form, None)


@login_required
def period_edit(request: HttpRequest, year: int) -> HttpResponse:
    require_province(request)
    with transaction.atomic():
        period = get_object_or_404(MaintenancePeriod.objects.select_for_update(), year=year)
        before = _dates(period)
        form = PeriodDatesForm(request.POST if request.method == "POST" else None, instance=period)
        if request.method == "POST" and form.is_valid():
            form.save()
            record(request.user, "change_year", period, before=before, **_dates(period))
            messages.success(request, _("The dates are changed. The units see the new deadline at once."))
            return redirect("periods")
    return _form_page(request, form, period)


def _form_page(request: HttpRequest, form: PeriodForm, period: MaintenancePeriod | None) -> HttpResponse:
    context = {"form": form, "period": period}
    return render(request, "reporting/periods_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@transaction.atomic
def period_close(request: HttpRequest, year: int) -> HttpResponse:
    """Close now: yesterday was the last day. Units it was reopened for keep their own day."""
    require_province(request)
    period = get_object_or_404(MaintenancePeriod.objects.select_for_update(), year=year)
    before, yesterday = _dates(period), timezone.localdate() - dt.timedelta(days=1)
    if period.closes_on > yesterday:
        period.closes_on = yesterday
        period.opens_on = min(period.opens_on, yesterday)
        period.save()
        record(request.user, "close_year", period, before=before, **_dates(period))
        messages.success(
            request, _("%(year)s is closed. The units can read it but change nothing.") % {"year": year}
        )
    return redirect("periods")


def _dates(period: MaintenancePeriod) -> dict[str, str]:
    return {"opens_on": period.opens_on.isoformat(), "closes_on": period.closes_on.isoformat()}


@login_required
def period_reopen(request: HttpRequest, year: int) -> HttpResponse:
    require_province(request)
    period = get_object_or_404(MaintenancePeriod, year=year)
    form = ReopeningForm(request.POST if request.method == "POST" else None, user=request.user, period=period)
    if request.method == "POST" and form.is_valid():
        _reopen(request, period, form)
        return redirect("periods")
    context = {"form": form, "period": period}
    return render(request, "reporting/periods_reopen.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _reopen(request: HttpRequest, period: MaintenancePeriod, form: ReopeningForm) -> None:
    reopening = form.save(commit=False)
    reopening.period, reopening.by = period, request.user
    reopening.save()
    until = reopening.until.isoformat()
    record(
        request.user, "reopen_year", period,
        institution=reopening.institution_id, until=until, reason=reopening.reason,
    )  # fmt: skip
    count_as_told(reopening.institution, period, reopening.until)
    told = _tell_reopened(reopening)
    words: dict[str, Any] = {"unit": reopening.institution, "year": period.year}
    if told:
        messages.success(
            request, _("%(year)s is open again for %(unit)s, and its administrator is told.") % words
        )
    else:
        messages.warning(
            request,
            _("%(year)s is open again for %(unit)s, but the unit has no administrator to tell.") % words,
        )


def _tell_reopened(reopening: PeriodReopening) -> int:
    """A message to those who may fill in for the unit; the number of people told."""
    people = people_who(Capability.EDIT, reopening.institution)
    with override(HISTORY_LANGUAGE):
        day = until_text(reopening.until)
        subject = _("Maintenance for %(year)s is open again for your unit until %(day)s") % {
            "year": reopening.period.year, "day": day,
        }  # fmt: skip
        body = _("Reason: %(reason)s") % {"reason": reopening.reason}
    link = f"{reverse('upkeep-list')}?year={reopening.period.year}"
    for person in people:
        send_message(person, subject=subject, body=body, link=link)
    return len(people)


@login_required
@require_POST
@transaction.atomic
def reopening_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a reopening before its day."""
    require_province(request)
    reopening = get_object_or_404(PeriodReopening.objects.select_for_update(), pk=pk)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    if reopening.until > yesterday:
        before, reopening.until = reopening.until, yesterday
        reopening.save()
        record(
            request.user, "end_reopening", reopening.period,
            institution=reopening.institution_id, before=before.isoformat(),
        )  # fmt: skip
        messages.success(
            request, _("%(year)s is closed again for %(unit)s.")
            % {"year": reopening.period.year, "unit": reopening.institution},
        )  # fmt: skip
    return redirect("periods")

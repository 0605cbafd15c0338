"""国家平台报送: the outbox, one message, the unit's code, and the texts of a year."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyi.accounts import kept
from keyi.accounts.choices import UnitNature
from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.audit import log
from keyi.core import personal
from keyi.core.pages import paginate
from keyi.reporting import years

from . import effects, outbox, tasks
from .forms import CodeForm, EffectForm, OutboxFilter
from .models import EffectTable, NationalCode, Outgoing, State, UnitEffect
from .national.layouts import LAYOUTS

ATTEMPTS_SHOWN = 20


def own_unit(request: HttpRequest) -> OrgUnit | None:
    """The 法人单位 this person administers."""
    units = OrgUnit.objects.for_user(request.user, Capability.MANAGE_LABS)
    return units.filter(level=OrgUnit.Level.INSTITUTION).first()


def _rows(request: HttpRequest) -> Any:
    """Of the own unit; of all units for who reviews."""
    user = request.user
    if may_somewhere(user, Capability.APPROVE):
        return Outgoing.objects.for_user(user, Capability.APPROVE)
    if may_somewhere(user, Capability.MANAGE_LABS):
        return Outgoing.objects.for_user(user, Capability.MANAGE_LABS)
    raise PermissionDenied


@login_required
@require_safe
def national(request: HttpRequest) -> HttpResponse:
    rows = _rows(request)
    filters = OutboxFilter(request.GET or None)
    found = filters.apply(rows).select_related("unit")
    counts = dict(rows.values_list("state").annotate(number=Count("pk")))
    unit = own_unit(request)
    context = {
        "page": paginate(request, found, 20),
        "filters": filters,
        "counts": [(state, label, counts.get(state, 0)) for state, label in State.choices],
        "unit": unit,
        "code": NationalCode.objects.for_user(request.user, Capability.MANAGE_LABS).filter(unit=unit).first(),
        "is_university": unit is not None and unit.nature == UnitNature.UNIVERSITY,
        "is_configured": outbox.is_configured(),
        "years": [year.number for year in years.years(unit)] if unit else [],
    }
    return render(request, "exchange/national.html", context)


@login_required
@require_safe
def outgoing(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_rows(request).select_related("unit"), pk=pk)
    known = [(element.label, element.name) for element in LAYOUTS[row.kind] if element.name in row.message]
    context = {
        "row": row,
        "elements": [(label, name, _shown(name, row.message[name])) for label, name in known],
        "waits_for": Outgoing.objects.filter(unit=row.unit_id, what=row.needs)
        .exclude(state=State.SENT)
        .first(),
        "meaning": outbox.words_for(row) if row.tries else "",
        "attempts": row.attempts.all()[:ATTEMPTS_SHOWN],
    }
    return render(request, "exchange/outgoing.html", context)


def _shown(name: str, text: str) -> str:
    """Who knows the unit's code could report in its name; an applicant's numbers are for the unit's own pages."""
    if name == "insCode":
        return f"{text[:6]}…"
    return personal.mask(name, text)


@login_required
@require_POST
def outgoing_again(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=pk)
    outbox.again(row)
    log.record(request.user, "national.again", row)
    messages.success(request, _("It is sent again within a few minutes."))
    return redirect("outgoing", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def national_code(request: HttpRequest) -> HttpResponse:
    unit = own_unit(request)
    if unit is None:
        raise PermissionDenied
    row = NationalCode.objects.for_user(request.user, Capability.MANAGE_LABS).filter(unit=unit).first()
    form = CodeForm(
        request.POST if request.method == "POST" else None, instance=row or NationalCode(unit=unit)
    )
    if request.method != "POST":
        kept.restore(request, form)
        return render(request, "exchange/code.html", {"form": form})
    if not form.is_valid():
        return render(request, "exchange/code.html", {"form": form}, status=422)
    row = form.save()
    kept.forget(request.user, request.path)
    log.record(request.user, "national.code", row, is_on=row.is_on)
    if row.is_on:
        transaction.on_commit(lambda: tasks.collect_unit.defer(pk=row.pk))
    messages.success(request, _("Saved."))
    return redirect("national")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def national_effect(request: HttpRequest, year: int) -> HttpResponse:
    """服务成效 of one year. 保存 writes it down, makes its tables anew, and puts it into the outbox."""
    unit = own_unit(request)
    if unit is None:
        raise PermissionDenied
    if year not in [one.number for one in years.years(unit)]:
        raise Http404
    mine = UnitEffect.objects.for_user(request.user, Capability.MANAGE_LABS)
    effect = mine.filter(unit=unit, year=year).first() or UnitEffect(unit=unit, year=year)
    form = EffectForm(request.POST if request.method == "POST" else None, instance=effect)
    if request.method != "POST":
        kept.restore(request, form)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(
            request, "exchange/effect.html", {"form": form, "year": year, "effect": effect}, status=status
        )
    effects.save(form, request.user)
    kept.forget(request.user, request.path)
    messages.success(request, _("Saved. It is sent when sending is switched on."))
    return redirect("national")


@require_safe
def national_table(request: HttpRequest, token: str) -> FileResponse:
    """For the national platform, which has no account: the token is the permission."""
    table = EffectTable.objects.filter(token=token).first()
    if table is None:
        raise Http404
    return FileResponse(table.file.open("rb"), as_attachment=True, filename=f"{table.element}.xlsx")

"""人员维护: the people of one instrument's year."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyi.accounts import kept
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.reporting import copy_forward, staffing, years
from keyi.reporting.forms.staff import AddStaffForm, EditStaffForm
from keyi.reporting.models import AnnualStaff
from keyi.reporting.years import Place


@login_required
@require_GET
def staff_year(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """This year's people, or the ways to get some."""
    place = years.get_place(request.user, year, pk)
    rows = list(staffing.people(place.instrument, year))
    last = list(staffing.people(place.instrument, year - 1)) if not rows else []
    preview = _preview(request, place) if place.may_write and not rows else None
    context = {
        "place": place,
        "rows": rows,
        "last": last,
        "may_copy": preview is not None and preview.is_useful,
    }
    return render(request, "reporting/staff.html", context)


def _preview(request: HttpRequest, place: Place) -> copy_forward.Preview:
    return copy_forward.preview(request.user, place.year.number, _this(request, place))


def _this(request: HttpRequest, place: Place) -> Any:
    instruments = type(place.instrument).objects.for_user(request.user, Capability.EDIT)
    return instruments.filter(pk=place.instrument.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff_add(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    place = years.get_place(request.user, year, pk)
    if closed := refuse_writing(request, place, "staff-year"):
        return closed
    data = _typed(request)
    form = AddStaffForm(data, user=request.user, place=place)
    if request.method == "POST":
        kept.keep(request.user, request.path, request.POST)
        if form.is_valid():
            return _add(request, place, form)
    return _show(request, "reporting/staff_add.html", place, form)


def _add(request: HttpRequest, place: Place, form: AddStaffForm) -> HttpResponse:
    data = form.cleaned_data
    with transaction.atomic():
        staff = form.person()
        number = staffing.add(
            request.user, place.instrument, place.year.number, staff, data["kinds"],
            employ=data["employ"], cert=data["cert"], cert_on=data["cert_on"],
        )  # fmt: skip
    kept.forget(request.user, request.path)
    if number:
        messages.success(request, _("%(name)s is added.") % {"name": staff.name})
    else:
        messages.info(request, _("%(name)s was already there: nothing was changed.") % {"name": staff.name})
    return redirect("staff-year", place.year.number, place.instrument.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff_edit(request: HttpRequest, year: int, pk: int, row: int) -> HttpResponse:
    place = years.get_place(request.user, year, pk)
    if closed := refuse_writing(request, place, "staff-year"):
        return closed
    one = get_object_or_404(staffing.people(place.instrument, year), pk=row)
    may_edit_person = may(request.user, Capability.EDIT, one.staff.unit)
    form = EditStaffForm(_typed(request), row=one, may_edit_person=may_edit_person)
    if request.method == "POST":
        kept.keep(request.user, request.path, request.POST)
        if form.is_valid() and _change(request, form):
            kept.forget(request.user, request.path)
            messages.success(request, _("The changes are saved."))
            return redirect("staff-year", year, pk)
    return _show(request, "reporting/staff_edit.html", place, form, row=one)


def _change(request: HttpRequest, form: EditStaffForm) -> bool:
    """False, with the reason in the form, where another window was faster."""
    row = form.put()
    try:
        with transaction.atomic():
            staffing.change(request.user, row)
            if form.may_edit_person:
                row.staff.save()
    except ValidationError as error:
        form.add_error("kind", error)
        return False
    except IntegrityError:
        form.add_error("name", _("Another person of the list has the same name, telephone and e-mail."))
        return False
    return True


@login_required
@require_POST
def staff_remove(request: HttpRequest, year: int, pk: int, row: int) -> HttpResponse:
    place = years.get_place(request.user, year, pk)
    if closed := refuse_writing(request, place, "staff-year"):
        return closed
    one = staffing.people(place.instrument, year).filter(pk=row).first()
    if one is not None:
        staffing.remove(request.user, one)
        messages.success(request, _("%(name)s is removed from this year.") % {"name": one.staff.name})
    return redirect("staff-year", year, pk)


def refuse_writing(request: HttpRequest, place: Place, page: str) -> HttpResponse | None:
    """403 without the right; a closed year sends back to the page that says why, whatever was posted."""
    if place.may_write:
        return None
    if not may(request.user, Capability.EDIT, place.instrument.unit):
        raise PermissionDenied
    if request.method == "POST":
        kept.keep(request.user, request.path, request.POST)
    messages.warning(
        request, _("The year %(year)s is closed, so nothing was saved.") % {"year": place.year.number}
    )
    return redirect(page, place.year.number, place.instrument.pk)


def _typed(request: HttpRequest) -> Any:
    """What is posted; else what was typed here before and not saved; else nothing."""
    if request.method == "POST":
        return request.POST
    found = kept.kept(request.user, request.path)
    return found[0] if found else None


def _show(request: HttpRequest, template: str, place: Place, form: Any, **more: AnnualStaff) -> HttpResponse:
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, template, {"place": place, "form": form, **more}, status=status)

"""实验室（院系）管理: the tree below one 法人单位. 保存 is final, there is no review."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyi.accounts import kept
from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.audit import log

from . import saving, tree
from .forms import FirstReviewForm, LabForm

STEPS = {"close": tree.close, "reopen": tree.reopen, "up": tree.move_up, "down": tree.move_down}


@login_required
@require_GET
def labs(request: HttpRequest) -> HttpResponse:
    """The tree: the whole unit for its administrator, the own part for a laboratory's."""
    home = request.user.home
    if home is None or not may(request.user, Capability.EDIT, home.unit):
        raise PermissionDenied
    is_manager = may(request.user, Capability.MANAGE_LABS, home.unit)
    context = {
        "unit": home.unit,
        "is_manager": is_manager,
        "rows": tree.rows(home.unit, request.user),
        "settings": FirstReviewForm(instance=home.unit) if is_manager else None,
    }
    return render(request, "records/labs/tree.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def lab_create(request: HttpRequest) -> HttpResponse:
    unit = _managed_unit(request)
    if request.method == "POST":
        tree.lock(unit)
    parent = request.GET.get("parent", "")
    initial = {"parent": parent} if parent.isascii() and parent.isdigit() and len(parent) < 10 else {}
    form = LabForm(request.POST if request.method == "POST" else None, unit=unit, initial=initial)
    if request.method == "POST" and form.is_valid() and (lab := _save(request, form)):
        messages.success(
            request, _("“%(lab)s” is saved. Now its instruments can be entered.") % {"lab": lab.name}
        )
        return redirect("labs")
    kept.restore(request, form)
    return render(request, "records/labs/form.html", {"form": form, "unit": unit}, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def lab_edit(request: HttpRequest, pk: int) -> HttpResponse:
    lab = _managed_lab(request, pk)
    unit = OrgUnit.objects.get(path=lab.institution_path)
    if request.method == "POST":
        tree.lock(unit)
        lab.refresh_from_db()
    form = LabForm(request.POST if request.method == "POST" else None, unit=unit, instance=lab)
    if request.method == "POST" and form.is_valid() and (saved := _save(request, form)):
        messages.success(request, _("“%(lab)s” is saved.") % {"lab": saved.name})
        return redirect("labs")
    context = {
        "form": form,
        "unit": unit,
        "lab": lab,
        "obstacles": tree.obstacles(lab),
        "name": form.initial["name"],
    }
    kept.restore(request, form)
    return render(request, "records/labs/form.html", context, status=_status(form))


def _save(request: HttpRequest, form: LabForm) -> OrgUnit | None:
    """None, with the reason at the name, where the database refuses what the form let through."""
    try:
        with transaction.atomic():
            lab = saving.save(form, request.user)
    except IntegrityError:
        form.add_error("name", saving.TAKEN)
        return None
    kept.forget(request.user, request.path)
    return lab


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lab_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete; with instruments, people or laboratories below say why not and offer to switch it off."""
    lab = _managed_lab(request, pk)
    if request.method == "POST":
        with transaction.atomic():
            tree.lock(lab)
            obstacles = tree.obstacles(lab)
            if not obstacles:
                log.record(request.user, "lab.delete", lab, path=lab.path)
                lab.delete()
        if not obstacles:
            messages.success(request, _("“%(lab)s” is deleted.") % {"lab": lab.name})
            return redirect("labs")
    obstacles = tree.obstacles(lab)
    status = 409 if request.method == "POST" else 200
    return render(request, "records/labs/delete.html", {"lab": lab, "obstacles": obstacles}, status=status)


@login_required
@require_POST
def lab_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """停用, 启用, 上移, 下移."""
    lab = _managed_lab(request, pk)
    if step not in STEPS:
        raise Http404
    with transaction.atomic():
        tree.lock(lab)
        STEPS[step](lab)
        log.record(request.user, f"lab.{step}", lab)
    return redirect("labs")


@login_required
@require_POST
def lab_settings(request: HttpRequest) -> HttpResponse:
    """Whether the unit reviews its laboratories' submissions first."""
    unit = _managed_unit(request)
    form = FirstReviewForm(request.POST, instance=unit)
    if form.is_valid():
        OrgUnit.objects.filter(pk=unit.pk).update(has_first_review=form.cleaned_data["has_first_review"])
        log.record(
            request.user, "unit.first_review", unit, has_first_review=form.cleaned_data["has_first_review"]
        )
        messages.success(request, _("The setting is saved. It holds for submissions from now on."))
    return redirect("labs")


def _managed_unit(request: HttpRequest) -> OrgUnit:
    home = request.user.home
    if home is None or not may(request.user, Capability.MANAGE_LABS, home.unit):
        raise PermissionDenied
    return home.unit


def _managed_lab(request: HttpRequest, pk: int) -> OrgUnit:
    """A laboratory the person sees (else 404) and manages (else 403)."""
    lab = get_object_or_404(_visible_labs(request), pk=pk)
    if not may(request.user, Capability.MANAGE_LABS, lab):
        raise PermissionDenied
    return lab


def _visible_labs(request: HttpRequest) -> QuerySet:
    return tree.below(OrgUnit.objects.for_user(request.user, Capability.VIEW)).select_related("parent")

"""省平台账号: the security administrator ends sessions, lost second factors, accounts and locks. Not the own ones."""

from collections.abc import Callable, Mapping
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from keyi.accounts import second_factor
from keyi.accounts.models import Membership, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.audit import log

LOCKED_SHOWN = 100


def _guard(request: HttpRequest) -> User:
    if not may_somewhere(request.user, Capability.MANAGE_SECURITY):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


def _staff(user: User) -> QuerySet[Any]:
    """Who works at the province itself: the memberships of its root, ended ones too."""
    mine = Membership.objects.for_user(user, Capability.MANAGE_SECURITY)
    return mine.filter(unit__level="province").select_related("user", "unit").order_by("user__username", "pk")


@login_required
@require_safe
def staff_accounts(request: HttpRequest) -> HttpResponse:
    user = _guard(request)
    phone = TOTPDevice.objects.filter(user=OuterRef("user"), confirmed=True)
    rows = _staff(user).annotate(has_factor=Exists(phone), last_at=Max("user__logins__at"))
    known = User.objects.filter(
        username__iexact=OuterRef("username")
    )  # people type passwords into the wrong box
    locked = AccessAttempt.objects.filter(
        Exists(known), failures_since_start__gte=settings.AXES_FAILURE_LIMIT
    ).order_by("-attempt_time")
    context = {"rows": rows, "locked": locked[:LOCKED_SHOWN], "own": user.pk}
    return render(request, "oversight/staff.html", context)


def _end_sessions(person: User) -> None:
    User.objects.filter(pk=person.pk).update(session_round=F("session_round") + 1)
    keys = person.logins.exclude(session_key="").values("session_key")
    Session.objects.filter(session_key__in=keys).delete()


def _switch(person: User, *, is_active: bool) -> None:
    User.objects.filter(pk=person.pk).update(is_active=is_active)
    _end_sessions(person)


DEEDS: Mapping[str, Callable[[User], None]] = {
    "sessions": _end_sessions,
    "factor": second_factor.switch_off,
    "off": lambda person: _switch(person, is_active=False),
    "on": lambda person: _switch(person, is_active=True),
}


@login_required
@require_POST
@transaction.atomic
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    user = _guard(request)
    row = get_object_or_404(_staff(user), pk=pk)
    if deed not in DEEDS:
        raise Http404
    if row.user_id == user.pk:
        messages.warning(request, _("Your own account is another security administrator's to look after."))
        return redirect("staff-accounts")
    DEEDS[deed](row.user)
    log.record(user, f"staff.{deed}", row.user)
    messages.success(request, _("Done for %(name)s.") % {"name": row.user.real_name or row.user.username})
    return redirect("staff-accounts")


@login_required
@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """Lift the lock of an account name after wrong tries, for somebody who is waiting at the telephone."""
    user = _guard(request)
    name = request.POST.get("name", "")[:150].lower()
    person = User.objects.filter(username__iexact=name).first() if name.isprintable() else None
    if person is None or not reset(username=name):
        messages.warning(request, _("There is no lock of this name."))
        return redirect("staff-accounts")
    log.record(user, "staff.unlock", person)
    messages.success(request, _("The lock of %(name)s is lifted.") % {"name": person.username})
    return redirect("staff-accounts")

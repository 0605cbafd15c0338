"""Signing in and out: the lock after wrong tries, the new session, the rows that remember it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.db.models import Exists, Max, OuterRef, Sum
from django.http import HttpRequest
from django.utils import timezone

from keyi.audit import context, log
from keyi.audit.models import Entry
from keyi.core.sealed import UnreadableError, unseal

from . import kept, passwords, tasks
from .address import client_address
from .browsers import describe_browser
from .limits import one_at_a_time
from .models import Login, User
from .scope import is_sensitive

TYPED = "typed"  # session key: forms sent after the session had ended, {path: {"data" encrypted, "owner"}}
LOGINS_COMPARED = 50  # to know whether a browser is new
STARTED, SEEN, IDLE = "started_at", "seen_at", "idle_minutes"
OLD_PASSWORD = "password_is_old"  # noqa: S105  a key of the session


@dataclass(frozen=True)
class Refusal:
    """Why nobody was signed in: how many tries are left, until when it is locked, or that the account is off."""

    tries_left: int
    locked_until: datetime | None
    is_switched_off: bool = False


def try_password(request: HttpRequest, username: str, password: str) -> User | Refusal:
    """Check a password. Tries of one account and of one address are taken one after the other, so that none
    slips by uncounted. Whether the account exists makes no difference to the answer."""
    name, address = username.lower(), client_address(request)
    with one_at_a_time(f"login:{name}", f"login:{address}"):
        user = auth.authenticate(request, username=name, password=password)
        if isinstance(user, User):
            return user
        refusal = _refusal(request, name, address)
    was_locked = getattr(request, "axes_locked_out", False)
    _log_failure(name, address, "login_locked" if was_locked else "login_failed")
    return refusal


def _refusal(request: HttpRequest, name: str, address: str | None) -> Refusal:
    since = get_cool_off_threshold(request)
    tries = AccessAttempt.objects.filter(attempt_time__gte=since)
    found = [
        rows.aggregate(count=Sum("failures_since_start"), last=Max("attempt_time"))
        for rows in (tries.filter(username=name), tries.filter(ip_address=address))
    ]
    left = settings.AXES_FAILURE_LIMIT - max(row["count"] or 0 for row in found)
    ends = [
        r["last"] + settings.AXES_COOLOFF_TIME
        for r in found
        if (r["count"] or 0) >= settings.AXES_FAILURE_LIMIT
    ]
    is_off = getattr(request, "is_switched_off", False)
    return Refusal(max(left, 0), max(ends, default=None), is_off)


def _log_failure(name: str, address: str | None, action: str) -> None:
    """An unknown name is not written down: people type passwords into the wrong box."""
    user = User.objects.filter(username__iexact=name).first()
    if user:
        log.record(None, action, user, address=address)
    else:
        origin = context.current()
        Entry.objects.create(
            action=action,
            kind="accounts.user",
            data={"address": address},
            address=address,
            request=origin.request,
        )


def sign_in(request: HttpRequest, user: User) -> None:
    """Start a fresh session for the person and hand over what was typed after the last one ended."""
    typed = request.session.pop(TYPED, {})
    auth.login(request, user, backend="keyi.accounts.backends.AccountBackend")
    now = timezone.now().timestamp()
    request.session[STARTED] = request.session[SEEN] = now
    request.session[IDLE] = idle_minutes(user)
    if passwords.is_too_old(user):
        request.session[OLD_PASSWORD] = True
    reset(username=user.username.lower())
    browser = request.headers.get("User-Agent", "")[:200]
    _tell_of_new_device(user, browser, client_address(request))
    Login.objects.create(
        user=user,
        address=client_address(request),
        browser=browser,
        session_key=request.session.session_key or "",
    )
    log.record(user, "login", user, address=client_address(request))
    for path, form in typed.items():
        owner = User.objects.filter(pk=form["owner"]).first() if form["owner"] else user
        with suppress(UnreadableError):  # its key was taken away meanwhile
            if owner:
                kept.keep_text(owner, path, unseal(form["data"]))


def _tell_of_new_device(user: User, browser: str, address: str | None) -> None:
    """A mail when this kind of browser was never seen before; nobody is told of the very first sign-in."""
    known = {describe_browser(one) for one in user.logins.values_list("browser", flat=True)[:LOGINS_COMPARED]}
    if known and describe_browser(browser) not in known:
        tasks.mail_new_device.defer(user_id=user.pk, browser=browser, address=address or "")


def open_sessions(user: User) -> Any:
    """The person's sign-ins whose session is still there, newest first."""
    there = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    return user.logins.exclude(session_key="").filter(Exists(there))


def end_session(user: User, pk: int) -> bool:
    """End one of the person's own sessions wherever it is; False where there is none."""
    row = open_sessions(user).filter(pk=pk).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.session_key).delete()
    log.record(user, "session.end", user, address=row.address)
    return True


def sign_out(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        log.record(request.user, "logout", request.user, address=client_address(request))
    auth.logout(request)


def idle_minutes(user: User) -> int:
    """Whoever decides or administers is signed out sooner."""
    return settings.SESSION_IDLE_MINUTES_SENSITIVE if is_sensitive(user) else settings.SESSION_IDLE_MINUTES

"""How long a session lasts, and what happens to a form that is sent after it has ended."""

from collections.abc import Callable
from functools import cache
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keyi.audit import log
from keyi.core.sealed import seal

from . import acting, kept, second_factor
from .address import client_address
from .limits import allow
from .models import User
from .signin import IDLE, OLD_PASSWORD, SEEN, STARTED, TYPED, idle_minutes

Handler = Callable[[HttpRequest], HttpResponse]
MOST_FORMS = 3
REFUSALS_NOTED = 60  # an hour, of one person
INSIDE = ("/work/", "/review/", "/account/")
WRITE_SEEN_EVERY = 60  # seconds


class SessionLimits:
    """Ends a session after a time without a click, and after the longest time in any case."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and request.user.is_authenticated:
            self._check(request, request.user)
        return self.get_response(request)

    def _check(self, request: HttpRequest, user: User) -> None:
        session, now = request.session, timezone.now().timestamp()
        seen, started = session.get(SEEN, now), session.get(STARTED, now)
        idle = session.get(IDLE) or idle_minutes(user)
        if now - seen > idle * 60 or now - started > settings.SESSION_COOKIE_AGE:
            request.expired_user = user  # type: ignore[attr-defined]  # for KeepTyping
            auth.logout(request)
        elif SEEN not in session or now - seen > WRITE_SEEN_EVERY:
            session[SEEN], session[STARTED], session[IDLE] = now, started, idle


def second_factor_first(get_response: Handler) -> Handler:
    """Who has to have a second factor sees no other page before it is set up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and request.path not in _open_pages() and second_factor.is_due(user):
            messages.warning(request, _("Your account decides for others: set up the second factor first."))
            return to_page(request, reverse("second-factor"))
        return get_response(request)

    return middleware


def note_refusals(get_response: Handler) -> Handler:
    """Who asks for what is not theirs, or is not there, stands in the log; a program that guesses fills it slowly."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = request.user
        is_inside = response.status_code == 404 and request.path.startswith(INSIDE)
        is_refused = isinstance(user, User) and (response.status_code == 403 or is_inside)
        if is_refused and allow("refused", user.pk, limit=REFUSALS_NOTED):
            said = {"path": request.path[:200], "method": request.method, "status": response.status_code}
            log.record(user, "request.refused", user, **said)
        return response

    return middleware


def acting_for_unit(get_response: Handler) -> Handler:
    """Puts the running time in a unit's name into force, or says that it is over."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and acting.KEY in request.session and acting.take_up(request, user) is None:
            messages.warning(request, _("The time in the unit's name is over. You act as yourself again."))
        return get_response(request)

    return middleware


def password_in_time(get_response: Handler) -> Handler:
    """Who decides for others and has had the password for too long sees no other page before it is a new one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        is_late = request.session.get(OLD_PASSWORD) and request.path not in _open_pages()
        if is_late and isinstance(user, User):
            messages.warning(request, _("Your password has been in use for long. Choose a new one to go on."))
            return to_page(request, reverse("password-change"))
        return get_response(request)

    return middleware


@cache  # asked in every request of whoever is signed in
def _open_pages() -> frozenset[str]:
    names = ("second-factor", "password-change", "logout", "set-language", "large-text")
    return frozenset(map(reverse, names))


class KeepTyping:
    """A form sent without a session is kept until its author has signed in again.

    It waits in the anonymous session of this browser. If we know whose session had ended, it becomes that person's
    kept input whoever signs in; if not, that of whoever signs in next in this browser. A form of a record that this
    person may not see stays unseen: its page answers 404, and the kept input is dropped then.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.method == "GET" and request.user.is_authenticated:
            kept.forget(request.user, request.path)
        if not self._sends_to_login(response) or request.user.is_authenticated:
            return response
        if request.method == "POST":
            return self._keep(request)
        if hasattr(request, "expired_user"):
            messages.warning(request, _("Your session has ended. Please sign in again."))
        return to_page(request, response["Location"])

    def _sends_to_login(self, response: HttpResponse) -> bool:
        """Whether the view asks for a sign-in; a plain link to the sign-in page names no page to come back to."""
        if response.status_code != 302:
            return False
        target = urlsplit(response["Location"])
        return target.path == reverse(settings.LOGIN_URL) and "next" in parse_qs(target.query)

    def _keep(self, request: HttpRequest) -> HttpResponse:
        owner = getattr(request, "expired_user", None)
        text = kept.strip(request.POST)
        fits = len(text) <= kept.LARGEST and kept.is_form_path(request.path)
        if text and fits and allow("typed", client_address(request), limit=60):
            waiting = dict(list(request.session.get(TYPED, {}).items())[-(MOST_FORMS - 1) :])
            waiting[request.path] = {"data": seal(text), "owner": owner and owner.pk}
            request.session[TYPED] = waiting
            messages.warning(
                request,
                _(
                    "Your session had ended. What you typed is kept; please check it after signing in and save."
                ),
            )
        else:
            messages.warning(request, _("Your session has ended. Please sign in again."))
        return to_page(request, redirect_to_login(form_page(request))["Location"])


def form_page(request: HttpRequest) -> str:
    """The page a form was sent from: its own address, or the one the browser names when that is on this site."""
    referer = urlsplit(request.headers.get("Referer", ""))
    return referer.path if referer.netloc == request.get_host() and referer.path else request.path


def to_page(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that htmx follows with the whole page instead of putting the target into a piece of this one."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=302, headers={"Location": url})

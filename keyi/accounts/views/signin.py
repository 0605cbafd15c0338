from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keyi.core.pages import render_page

from .. import second_factor
from ..choices import IDENTITY_OF, Identity
from ..forms.signin import LoginForm
from ..models import User
from ..roles import Role
from ..signin import Refusal, sign_in, sign_out, try_password
from . import second_factor as second_factor_step


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def show_login(request: HttpRequest) -> HttpResponse:
    """登录 (guide 一)."""
    target = _target(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(target)
        return _page(request, LoginForm(), target)
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _page(request, form, target, status=422)
    found = try_password(request, form.cleaned_data["username"], form.cleaned_data["password"])
    if isinstance(found, Refusal):
        form.add_error(None, _sentence(found))
        return _page(request, form, target, status=429 if found.locked_until else 422)
    if second_factor.device_of(found) is not None:
        return second_factor_step.ask(request, found, target)
    sign_in(request, found)
    _greet(request, found, form.cleaned_data["identity"])
    return redirect(target)


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """One click on a demo account; exists in demo mode only."""
    if not settings.IS_DEMO:
        raise Http404
    names = [account.username for account in settings.DEMO_ACCOUNTS]
    user = User.objects.filter(
        username=request.POST.get("account", ""), username__in=names, is_active=True
    ).first()
    if user is None:
        raise Http404
    sign_in(request, user)
    return redirect(_target(request))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    messages.success(request, _("You have signed out."))
    return redirect("home")


def _target(request: HttpRequest) -> str:
    """Where to go afterwards: an address on this site, or the workbench."""
    target = request.POST.get("next") or request.GET.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return target if is_safe else settings.LOGIN_REDIRECT_URL


def _sentence(refusal: Refusal) -> str:
    if refusal.is_switched_off:
        return _(
            "This account is switched off. Ask the administrator of your unit to switch it on again, "
            "or call the platform; the number is at the foot of the page."
        )
    if refusal.locked_until:
        until = timezone.localtime(refusal.locked_until)
        return _(
            "Wrong five times: sign-in is locked for 15 minutes. Try again after %(time)s, "
            "or set a new password with “Forgot password”."
        ) % {"time": f"{until:%H:%M}"}
    return ngettext(
        "The account name or the password is wrong. "
        "After %(count)d more wrong try, the account is locked for 15 minutes.",
        "The account name or the password is wrong. "
        "After %(count)d more wrong tries, the account is locked for 15 minutes.",
        refusal.tries_left,
    ) % {"count": refusal.tries_left}


def _greet(request: HttpRequest, user: User, picked: str) -> None:
    home = user.home
    if home and (identity := IDENTITY_OF[Role(home.role)]) != picked:
        label = Identity(identity).label
        messages.info(
            request,
            _("Your account belongs to “%(identity)s”; you are signed in as that.") % {"identity": label},
        )
    if user.email_verified_at is None:
        messages.warning(
            request,
            _(
                "Your e-mail address is not confirmed yet. Open the link in our mail; you can submit after that."
            ),
        )


def _page(request: HttpRequest, form: LoginForm, target: str, *, status: int = 200) -> HttpResponse:
    accounts = settings.DEMO_ACCOUNTS if settings.IS_DEMO else ()
    next_ = target if target != settings.LOGIN_REDIRECT_URL else ""
    context = {"form": form, "next": next_, "demo_accounts": accounts}
    return render_page(request, "accounts/login.html", context, status=status)

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from keyi.audit import log
from keyi.core.pages import render_page
from keyi.core.text import mask_email

from .. import captcha, links, tasks
from ..address import client_address
from ..forms.register import RegisterForm
from ..limits import allow, is_spent
from ..models import User
from ..registration import register

REGISTERED = "registered"  # session key: the account just opened in this browser
TRIES, ACCOUNTS_WITHOUT_PROOF, ACCOUNTS, RESENDS = 20, 3, 60, 3  # per hour and address (resends: per account)


@require_GET
@never_cache
def challenge(request: HttpRequest) -> HttpResponse:
    return JsonResponse(captcha.new_challenge())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def show_register(request: HttpRequest) -> HttpResponse:
    """注册 (guide 一)."""
    if request.method != "POST":
        return _page(request, RegisterForm())
    payload = request.POST.get("altcha", "")
    proved = bool(payload) and captcha.is_solved(payload)
    if refusal := _refusal(request, payload, proved):
        form = RegisterForm(request.POST)
        form.refuse(refusal)
        return _page(request, form, status=422 if payload and not proved else 429)
    form = RegisterForm(request.POST)
    user = _open_account(form) if form.is_valid() else None
    if user is None:
        return _page(request, form, status=422)
    allow("account" if proved else "account-plain", client_address(request), limit=ACCOUNTS)
    request.session[REGISTERED] = user.pk
    return redirect("register-done")


def _refusal(request: HttpRequest, payload: str, proved: bool) -> str:
    """Why this address may not register now; nothing when it may.

    Without a proof of work, for browsers without script, only so many tries and accounts per hour.
    """
    address = client_address(request)
    if payload and not proved:
        return _(
            "The check against machines has run out or was used already. "
            "Set the password again and press “Register” once more."
        )
    if proved:
        too_many = is_spent("account", address, limit=ACCOUNTS)
        message = _("Too many accounts were registered from this network. Please try again in an hour.")
        return message if too_many else ""
    has_enough = is_spent("account-plain", address, limit=ACCOUNTS_WITHOUT_PROOF)
    if has_enough or not allow("register", address, limit=TRIES):
        return _(
            "Without script in the browser, only a few accounts per hour can be registered from one network. "
            "Switch script on, or try again in an hour."
        )
    return ""


def _open_account(form: RegisterForm) -> User | None:
    """The account, or None with the reason in the form when somebody else was a moment faster."""
    try:
        return register(form.cleaned_data)
    except IntegrityError:
        form.full_clean()
        if form.is_valid():
            raise
        return None


def _page(request: HttpRequest, form: RegisterForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "days": links.CONFIRM_LIFETIME.days, "limit": ACCOUNTS_WITHOUT_PROOF}
    return render_page(request, "accounts/register.html", context, status=status)


def _just_registered(request: HttpRequest) -> User | None:
    return User.objects.filter(pk=request.session.get(REGISTERED, 0)).first()


@require_safe
@never_cache
def show_registered(request: HttpRequest) -> HttpResponse:
    """What comes next; only in the browser that registered."""
    user = _just_registered(request)
    if user is None:
        return redirect("login")
    context = {"account": user.username, "email": mask_email(user.email), "days": links.CONFIRM_LIFETIME.days,
               "is_confirmed": user.email_verified_at is not None}  # fmt: skip
    return render_page(request, "accounts/registered.html", context)


@require_POST
def resend_confirmation(request: HttpRequest) -> HttpResponse:
    """The confirmation mail once more, for the person signed in or just registered."""
    user = request.user if isinstance(request.user, User) else _just_registered(request)
    if user is None:
        return redirect("login")
    if user.email_verified_at:
        messages.info(request, _("Your e-mail address is confirmed already."))
    elif allow("confirm", user.pk, limit=RESENDS):
        tasks.mail_confirmation.defer(user_id=user.pk, address=user.email)
        messages.success(
            request, _("The mail was sent again to %(email)s.") % {"email": mask_email(user.email)}
        )
    else:
        messages.warning(
            request,
            _("The mail was sent several times already. Look in the spam folder, or try again in an hour."),
        )
    return redirect("account" if request.user.is_authenticated else "register-done")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail shows a button; only the button confirms, because mail filters open links too."""
    found = links.read_confirmation(token)
    if found is None:
        return render_page(request, "accounts/confirm_stale.html", {}, status=410)
    user, address = found
    if request.method == "POST":
        old = user.email
        changed = User.objects.filter(pk=user.pk, email=old, email_verified_at=user.email_verified_at).update(
            email=address, email_verified_at=timezone.now()
        )
        if changed:
            log.record(user, "confirm_email", user)
            if old != address:
                tasks.mail_notice.defer(user_id=user.pk, notice="email_changed", to=old)
            messages.success(
                request, _("Your e-mail address is confirmed. Next: fill in the information of your unit.")
            )
        return redirect("work-home" if request.user == user else "login")
    context = {"account": user.username, "email": mask_email(address)}
    return render_page(request, "accounts/confirm.html", context)

from axes.utils import reset
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from keyi.audit import log
from keyi.core.pages import render_page

from .. import links, passwords, tasks
from ..address import client_address
from ..forms.profile import ChangePasswordForm, ForgottenForm, NewPasswordForm
from ..limits import allow
from ..models import User
from ..signin import OLD_PASSWORD

ASKS_PER_ADDRESS, MAILS_PER_ACCOUNT = 10, 3  # per hour


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_reset(request: HttpRequest) -> HttpResponse:
    """忘记密码: the same answer whether or not such an account exists."""
    if request.method != "POST":
        return render_page(request, "accounts/password_reset.html", {"form": ForgottenForm()})
    form = ForgottenForm(request.POST)
    status = 422
    if form.is_valid():
        if allow("reset", client_address(request), limit=ASKS_PER_ADDRESS):
            _mail_links(form.cleaned_data["who"])
            return redirect("password-reset-sent")
        form.add_error(None, _("Asked too often from this network. Please try again in an hour."))
        status = 429
    return render_page(request, "accounts/password_reset.html", {"form": form}, status=status)


def _mail_links(who: str) -> None:
    people = User.objects.filter(Q(username__iexact=who) | Q(email__iexact=who), is_active=True)
    for user in people.order_by("pk")[:10]:
        if allow("reset-mail", user.pk, limit=MAILS_PER_ACCOUNT):
            tasks.mail_reset.defer(user_id=user.pk)


@require_safe
def show_reset_sent(request: HttpRequest) -> HttpResponse:
    return render_page(request, "accounts/password_reset_sent.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def reset_password(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The link of the mail: set a new password, once. That also shows that mail arrives there."""
    user = links.read_reset(key, token)
    if user is None:
        return render_page(request, "accounts/password_reset_stale.html", {}, status=410)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "account": user.username}
        status = 422 if request.method == "POST" else 200
        return render_page(request, "accounts/password_reset_confirm.html", context, status=status)
    if not _set_by_link(key, token, form.cleaned_data["password"]):
        return render_page(request, "accounts/password_reset_stale.html", {}, status=410)
    messages.success(request, _("The new password is set. Sign in with it now."))
    return redirect("login")


@transaction.atomic
def _set_by_link(key: str, token: str, password: str) -> bool:
    """Set the password unless the link was used a moment ago."""
    found = links.read_reset(key, token)
    if found is None:
        return False
    User.objects.select_for_update().get(pk=found.pk)
    user = links.read_reset(key, token)
    if user is None:
        return False
    passwords.change_password(user, password)
    if user.email_verified_at is None:
        user.email_verified_at = timezone.now()
        user.save(update_fields=["email_verified_at"])
    reset(username=user.username.lower())
    log.record(user, "reset_password", user)
    tasks.mail_notice.defer(user_id=user.pk, notice="password_changed", to=user.email)
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """The person's other sessions end with it; this one goes on."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render_page(request, "accounts/password_change.html", {"form": form}, status=status)
    with transaction.atomic():
        passwords.change_password(request.user, form.cleaned_data["password"])
        log.record(request.user, "change_password", request.user)
        tasks.mail_notice.defer(user_id=request.user.pk, notice="password_changed", to=request.user.email)
    auth.update_session_auth_hash(request, request.user)
    request.session.pop(OLD_PASSWORD, None)
    messages.success(request, _("The password is changed. You were signed out everywhere else."))
    return redirect("account")

"""The step after the password, and the page on which the second factor is set up or switched off."""

import base64

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keyi.core.pages import render_page

from .. import second_factor
from ..forms.code import CodeForm, FirstCodeForm, SwitchOffForm
from ..models import User
from ..signin import sign_in

PENDING = "second_factor"  # in the session: who gave the right password, when, and where to go
PATIENCE = 10 * 60  # seconds


def ask(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Remember that the password was right, and ask for the code."""
    request.session.cycle_key()
    request.session[PENDING] = {"user": user.pk, "at": timezone.now().timestamp(), "target": target}
    return redirect("login-code")


def _pending(request: HttpRequest) -> tuple[User | None, str]:
    found = request.session.get(PENDING) or {}
    if timezone.now().timestamp() - found.get("at", 0) > PATIENCE:
        return None, ""
    return User.objects.filter(pk=found["user"], is_active=True).first(), found["target"]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def login_code(request: HttpRequest) -> HttpResponse:
    user, target = _pending(request)
    if user is None:
        messages.warning(request, _("Sign in with your account name and password first."))
        return redirect("login")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if second_factor.is_right(user, form.cleaned_data["code"]):
            del request.session[PENDING]
            sign_in(request, user)
            return redirect(target)
        form.add_error(
            "code", _("This code is not right, or was used already. Wait for the next one and try again.")
        )
    status = 422 if request.method == "POST" else 200
    return render_page(request, "accounts/login_code.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def set_up(request: HttpRequest) -> HttpResponse:
    user = request.user
    if second_factor.device_of(user) is not None:
        return _switch_off(request, user)
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    device = second_factor.begun(user)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.confirm(user, form.cleaned_data["code"])
        if codes is not None:
            return render_page(request, "accounts/recovery_codes.html", {"codes": codes}, status=201)
        form.add_error(
            "code", _("This code is not right. Check that the phone shows the right time, then try again.")
        )
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5)
    context = {
        "form": form, "picture": picture, "secret": _in_fours(device),
        "is_required": second_factor.is_required(user),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render_page(request, "accounts/second_factor.html", context, status=status)


def _in_fours(device: second_factor.TOTPDevice) -> str:
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _switch_off(request: HttpRequest, user: User) -> HttpResponse:
    is_required = second_factor.is_required(user)
    form = SwitchOffForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and not is_required and form.is_valid():
        if second_factor.is_right(user, form.cleaned_data["code"]):
            second_factor.switch_off(user)
            messages.success(request, _("The second factor is off. From now on the password alone is asked."))
            return redirect("account")
        form.add_error(
            "code", _("This code is not right, or was used already. Wait for the next one and try again.")
        )
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "is_required": is_required}
    return render_page(request, "accounts/second_factor_on.html", context, status=status)

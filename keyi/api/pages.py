"""接口令牌: the tokens of one's own units, making one, and ending one."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyi.accounts import kept
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.core.pages import paginate

from . import tokens as making
from .forms import TokenForm
from .models import Token


def _keepers_only(request: HttpRequest) -> None:
    if not may_somewhere(request.user, Capability.EDIT):
        raise PermissionDenied


@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    _keepers_only(request)
    found = Token.objects.for_user(request.user, Capability.EDIT).select_related("unit", "person")
    return render(request, "api/tokens.html", {"page": paginate(request, found, 20)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def token_create(request: HttpRequest) -> HttpResponse:
    """The answer to the POST is the only page that ever shows the secret."""
    _keepers_only(request)
    if request.method != "POST":
        form = TokenForm(user=request.user)
        kept.restore(request, form)
        return render(request, "api/token_form.html", {"form": form})
    form = TokenForm(request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "api/token_form.html", {"form": form}, status=422)
    said = form.cleaned_data
    token, secret = making.make(
        request.user, said["unit"], name=said["name"], days=said["days"],
        may_write=said["may_write"] != "no", is_code=said["may_write"] == "code",
    )  # fmt: skip
    kept.forget(request.user, request.path)
    return render(
        request,
        "api/token_made.html",
        {
            "token": token,
            "secret": secret,
            "service_address": f"{settings.SITE_URL}{reverse('national-service')}",
        },
        status=201,
    )


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(Token.objects.for_user(request.user, Capability.EDIT), pk=pk)
    making.revoke(token, request.user)
    messages.success(
        request, _("“%(name)s” is ended. Programs can no longer sign in with it.") % {"name": token.name}
    )
    return redirect("tokens")

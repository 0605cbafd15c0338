from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyi.audit import log
from keyi.core.pages import render_page
from keyi.core.text import mask_email, mask_phone

from .. import kept, own_data, second_factor, signin, tasks
from ..browsers import describe_browser
from ..forms.profile import CloseForm, EmailForm, ProfileForm
from ..limits import allow
from ..roles import Capability
from ..scope import may_somewhere
from ..signin import open_sessions

LOGINS_SHOWN = 10
EMAIL_CHANGES = 5  # mails per hour


@login_required
@require_safe
@never_cache
def show_account(request: HttpRequest) -> HttpResponse:
    """我的账号."""
    user = request.user
    sessions = [
        (
            row.pk,
            row.at,
            row.address,
            describe_browser(row.browser),
            row.session_key == request.session.session_key,
        )
        for row in open_sessions(user)[:LOGINS_SHOWN]
    ]
    logins = [
        (row.at, row.address, describe_browser(row.browser)) for row in user.logins.all()[:LOGINS_SHOWN]
    ]
    context = {
        "account": user.username,
        "name": user.real_name,
        "mobile": mask_phone(user.mobile) if user.mobile else "",
        "email": mask_email(user.email),
        "is_confirmed": user.email_verified_at is not None,
        "memberships": user.memberships.in_force().select_related("unit"),
        "logins": logins,
        "sessions": sessions,
        "has_second_factor": second_factor.device_of(user) is not None,
        "is_keeper": may_somewhere(user, Capability.EDIT),
        "is_administrator": may_somewhere(user, Capability.MANAGE_ACCOUNTS),
    }
    return render_page(request, "accounts/account.html", context)


@login_required
@require_safe
@never_cache
def own_data_file(request: HttpRequest) -> HttpResponse:
    """A copy of the own data, readable by people and programs."""
    log.record(request.user, "account.export", request.user)
    response = JsonResponse(
        own_data.collect(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def close_account(request: HttpRequest) -> HttpResponse:
    user = request.user
    why_not = own_data.why_not(user)
    form = CloseForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and not why_not and form.is_valid():
        own_data.close(user)
        auth.logout(request)
        messages.success(
            request, _("Your account is closed. What you entered for your unit stays with the unit.")
        )
        return redirect("home")
    status = 422 if request.method == "POST" else 200
    return render_page(
        request, "accounts/account_close.html", {"form": form, "why_not": why_not}, status=status
    )


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out another device of one's own."""
    if not signin.end_session(request.user, pk):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("account")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit_account(request: HttpRequest) -> HttpResponse:
    user = request.user
    if request.method != "POST":
        form = ProfileForm(initial={"real_name": user.real_name, "mobile": user.mobile})
        kept.restore(request, form)
        return render_page(request, "accounts/account_edit.html", {"form": form})
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render_page(request, "accounts/account_edit.html", {"form": form}, status=422)
    user.real_name, user.mobile = form.cleaned_data["real_name"], form.cleaned_data["mobile"]
    user.save(update_fields=["real_name", "mobile"])
    kept.forget(user, request.path)
    log.record(user, "edit_account", user)
    messages.success(request, _("Saved."))
    return redirect("account")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def change_email(request: HttpRequest) -> HttpResponse:
    """The new address counts once its link was opened."""
    form = EmailForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render_page(request, "accounts/account_email.html", {"form": form}, status=status)
    address = form.cleaned_data["email"]
    if not allow("email-change", request.user.pk, limit=EMAIL_CHANGES):
        form.add_error(None, _("Several mails were sent already. Please try again in an hour."))
        return render_page(request, "accounts/account_email.html", {"form": form}, status=429)
    tasks.mail_confirmation.defer(user_id=request.user.pk, address=address)
    log.record(request.user, "ask_email_change", request.user)
    text = _(
        "We sent a link to %(email)s. Open it to confirm the new address; until then the old one counts."
    )
    messages.success(request, text % {"email": mask_email(address)})
    return redirect("account")

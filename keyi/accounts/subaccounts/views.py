"""实验室（院系）账号管理 (guide 五): the unit's administrator opens one account for a laboratory and looks after it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyi.audit import log
from keyi.core import personal
from keyi.core.pages import paginate, render_page
from keyi.core.text import mask_email, normalise

from ..models import LinkMail, Membership, OrgUnit, User
from ..roles import Capability, Role
from ..scope import may_somewhere
from . import actions
from .forms import AccountForm, AccountQuery, PersonForm

L = OrgUnit.Level
PER_PAGE = 50


def _accounts(request: HttpRequest) -> QuerySet:
    """The laboratory accounts this person looks after."""
    if not may_somewhere(request.user, Capability.MANAGE_ACCOUNTS):
        raise PermissionDenied
    memberships = Membership.objects.for_user(request.user, Capability.MANAGE_ACCOUNTS)
    return memberships.filter(role=Role.LAB_MANAGER).select_related("user", "unit__parent")


def _labs(request: HttpRequest) -> QuerySet:
    labs = OrgUnit.objects.for_user(request.user, Capability.MANAGE_ACCOUNTS)
    return labs.filter(level__in=[L.DEPARTMENT, L.LAB], is_active=True).order_by("level", "order", "pk")


@login_required
@require_safe
@never_cache
def lab_accounts(request: HttpRequest) -> HttpResponse:
    every = _accounts(request)
    query = AccountQuery(request.GET)
    word = normalise(query.cleaned_data["q"]) if query.is_valid() else ""
    found = every
    if word:
        named = Q(unit__name__icontains=word) | Q(unit__parent__name__icontains=word)
        found = every.filter(named | Q(user__username__icontains=word) | Q(user__real_name__icontains=word))
    page = paginate(request, _with_last_mail(found).order_by("unit__path", "-ended_at", "-pk"), PER_PAGE)
    page.object_list = [_row(membership) for membership in page.object_list]
    context = {
        "page": page,
        "query": query,
        "is_used": bool(word),
        "has_labs": bool(word) or _labs(request).exists(),
    }
    return render_page(request, "accounts/subaccounts/list.html", context)


def _with_last_mail(memberships: QuerySet) -> QuerySet:
    last = LinkMail.objects.filter(user=OuterRef("user")).order_by("-pk")
    columns = {
        f"mail_{name}": Subquery(last.values(name)[:1]) for name in ("asked_at", "sent_at", "failed_at")
    }
    return memberships.annotate(**columns)


def _row(membership: Any) -> dict[str, Any]:
    user = membership.user
    return {
        "membership": membership,
        "user": user,
        "mobile": personal.mask("mobile", user.mobile),
        "email": mask_email(user.email),
        "is_on": membership.ended_at is None,
        "has_password": user.has_usable_password(),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    _accounts(request)
    labs = _labs(request)
    form = AccountForm(request.POST if request.method == "POST" else None, labs=labs)
    if request.method == "POST" and form.is_valid() and (membership := _open(request, form)):
        _say_sent(request, membership.user, _("The account “%(account)s” is opened."))
        return redirect("lab-accounts")
    context = {"form": form, "has_labs": labs.exists()}
    status = 422 if form.errors else 200
    return render_page(request, "accounts/subaccounts/create.html", context, status=status)


def _open(request: HttpRequest, form: AccountForm) -> Membership | None:
    """The account, or None with the reason in the form when somebody else was a moment faster."""
    try:
        return actions.open_account(form.cleaned_data["lab"], form.cleaned_data, request.user)
    except IntegrityError:
        form.full_clean()
        if form.is_valid():
            raise
        return None


def _say_sent(request: HttpRequest, user: User, lead: str) -> None:
    text = _(
        "A mail with a link for setting the password is on its way to %(email)s. It works once and for 30 minutes."
    )
    values = {"account": user.username, "email": mask_email(user.email)}
    for part in filter(None, (lead, text)):
        messages.success(request, part % values)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(_accounts(request), pk=pk)
    user = membership.user
    initial = {"real_name": user.real_name, "mobile": user.mobile, "email": user.email}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        mailed = actions.change_account(membership, form.cleaned_data, request.user)
        _say_changed(request, mailed, form.cleaned_data["email"])
        return redirect("lab-accounts")
    log.record(request.user, "personal.shown", user, fields=["email", "mobile"])  # the form says them
    context = {"form": form, **_row(membership)}
    status = 422 if form.errors else 200
    return render_page(request, "accounts/subaccounts/edit.html", context, status=status)


@login_required
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The mobile number whole."""
    user = get_object_or_404(_accounts(request), pk=pk).user
    return personal.answer(request, log.record, user, {_("Mobile phone"): user.mobile})


def _say_changed(request: HttpRequest, mailed: str, address: str) -> None:
    texts = {
        "": _("Saved."),
        "confirm": _(
            "Saved. A mail to %(email)s asks to confirm the new address; nothing can be submitted before."
        ),
        "link": _("Saved. A mail with a link for setting the password is on its way to %(email)s."),
    }
    messages.success(request, texts[mailed] % {"email": mask_email(address)})


@login_required
@require_POST
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """重置密码邮件: the mail icon."""
    membership = get_object_or_404(_accounts(request).filter(ended_at__isnull=True), pk=pk)
    if actions.send_link(membership, request.user):
        _say_sent(request, membership.user, "")
    else:
        messages.warning(
            request, _("Several mails were sent to this account within the hour. Please try again later.")
        )
    return redirect("lab-accounts")


@login_required
@require_POST
def switch(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """停用 and 启用."""
    membership = get_object_or_404(_accounts(request), pk=pk)
    if step not in ("off", "on"):
        raise Http404
    name = {"account": membership.user.username, "lab": membership.unit.name}
    if step == "off":
        actions.switch_off(membership, request.user)
        messages.success(request, _("“%(account)s” is switched off and was signed out everywhere.") % name)
        return redirect("lab-accounts")
    try:
        actions.switch_on(membership, request.user)
    except (actions.LabTaken, IntegrityError):
        messages.error(
            request,
            _(
                "“%(lab)s” has another account by now, so “%(account)s” stays switched off. "
                "Switch the other one off first."
            )
            % name,
        )
    else:
        messages.success(request, _("“%(account)s” is switched on again.") % name)
    return redirect("lab-accounts")

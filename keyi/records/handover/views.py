"""申请变更单位管理员: the pages for somebody who is not the administrator, because that person may have left."""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from keyi.accounts import captcha
from keyi.accounts.address import client_address
from keyi.accounts.limits import allow
from keyi.accounts.models import User
from keyi.accounts.opening import new_account
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.accounts.terms import TERMS_VERSION
from keyi.audit import log
from keyi.core.pages import render_page
from keyi.core.text import mask_email
from keyi.records import submission, tasks, uploads
from keyi.records.forms.admin_change import LETTER
from keyi.records.models import AdminChange
from keyi.review.status import EDITABLE
from keyi.review.workingdays import REVIEW_DAYS

from . import links
from .forms import AskForm, PersonForm, open_message

SENT, DONE = "admin-change-sent", "admin-change-done"  # session keys: the masked address, the receipt number
ASKS, ASKS_WITHOUT_PROOF, MAILS = 20, 3, 3  # per hour: by address, by address without script, by mail address
SAVED = ("name", "real_name", "mobile", "reason_given")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """The public form. Nothing is reviewed before the link in the mail was opened."""
    if request.method != "POST":
        return _ask_page(request, AskForm(initial=_own_unit(request)))
    if refusal := _refusal(request):
        form = AskForm(request.POST)
        form.refuse(refusal)
        return _ask_page(request, form, status=429)
    form = AskForm(request.POST, request.FILES)
    if form.is_valid() and not allow("admin-change-mail", form.cleaned_data["email"].lower(), limit=MAILS):
        form.add_error(
            "email", _("Several mails were sent to this address already. Please try again in an hour.")
        )
    if form.errors:
        return _ask_page(request, form, status=422)
    _write_down(request, form)
    request.session[SENT] = mask_email(form.cleaned_data["email"])
    return redirect("admin-change-sent")


def _ask_page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "limit": ASKS_WITHOUT_PROOF,
        "days": links.LIFETIME.days,
        "review_days": REVIEW_DAYS,
    }
    return render_page(request, "records/handover/ask.html", context, status=status)


def _own_unit(request: HttpRequest) -> dict[str, Any]:
    """The present administrator, handing over, need not type the unit."""
    home = request.user.home if isinstance(request.user, User) else None
    if home is None or not may(request.user, Capability.MANAGE_LABS, home.unit):
        return {}
    return {"uscc": home.unit.uscc, "name": home.unit.name}


def _refusal(request: HttpRequest) -> str:
    """Why this address may not ask now; nothing when it may."""
    payload = request.POST.get("altcha", "")
    proved = bool(payload) and captcha.is_solved(payload)
    if payload and not proved:
        return _("The check against machines has run out or was used already. Please submit once more.")
    what, limit = ("admin-change", ASKS) if proved else ("admin-change-plain", ASKS_WITHOUT_PROOF)
    if allow(what, client_address(request), limit=limit):
        return ""
    return _("Asked too often from this network. Please try again in an hour.")


@transaction.atomic
def _write_down(request: HttpRequest, form: AskForm) -> AdminChange:
    data = form.cleaned_data
    user = request.user if isinstance(request.user, User) else None
    is_present = user is not None and may(user, Capability.MANAGE_LABS, form.unit)
    record = AdminChange.objects.create(
        unit=form.unit, asked_by=user if is_present else None, terms_version=TERMS_VERSION,
        username=data["username"], email=data["email"], **{name: data[name] for name in SAVED},
    )  # fmt: skip
    uploads.attach(record, LETTER, data["letter"], user)
    log.record(user, "admin_change.ask", record, uscc=form.unit.uscc, address=client_address(request))
    tasks.mail_admin_change.defer(pk=record.pk, template="confirm")
    return record


@require_safe
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    if SENT not in request.session:
        return redirect("admin-change")
    context = {"email": request.session[SENT], "days": links.LIFETIME.days}
    return render_page(request, "records/handover/sent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@transaction.atomic
def request_page(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: look at it once more, correct what was asked for, submit."""
    record = _find(token, lock=request.method == "POST")
    if record is None:
        return render_page(request, "records/handover/stale.html", {}, status=410)
    if request.method != "POST":
        return _request_page(request, record, PersonForm(record=record, initial=_saved(record)))
    form = PersonForm(request.POST, request.FILES, record=record)
    if form.is_valid() and _submit(record, form):
        request.session[DONE] = {"receipt": record.receipt, "unit": record.name}
        return redirect("admin-change-done")
    return _request_page(request, record, form, status=422)


def _find(token: str, *, lock: bool) -> AdminChange | None:
    """The request of a signed link, while it can be changed."""
    found = links.read_token(token)
    if found is None:
        return None
    records = AdminChange.objects.filter(pk=found[0], version=found[1], status__in=EDITABLE)
    records = records.select_for_update(of=("self",)) if lock else records
    return records.select_related("unit", "requester").first()


def _saved(record: AdminChange) -> dict[str, Any]:
    return {name: getattr(record, name) for name in (*SAVED, "username")}


def _request_page(
    request: HttpRequest, record: AdminChange, form: PersonForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "record": record, "form": form, "letter": record.files.current("letter").first(),
        "email": mask_email(record.email), "review_days": REVIEW_DAYS,
    }  # fmt: skip
    return render_page(request, "records/handover/request.html", context, status=status)


def _submit(record: AdminChange, form: PersonForm) -> bool:
    """Save and hand in; False, with the reason in the form, when somebody else was faster."""
    try:
        with transaction.atomic():
            submission.submit_request(record, _save(record, form))
    except IntegrityError as error:
        record.refresh_from_db()
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name == "one_open_admin_change":
            form.add_error(None, open_message())
        elif name == "username_once_ignoring_case":
            form.add_error("username", _("This account name is already taken. Choose another one."))
        else:
            raise
        return False
    return True


def _save(record: AdminChange, form: PersonForm) -> User:
    """What was typed, the letter, and the account that is to become the administrator's: switched off until then."""
    for name in SAVED:
        setattr(record, name, form.cleaned_data[name])
    record.username = form.cleaned_data.get("username", record.username)
    person = {name: getattr(record, name) for name in ("username", "real_name", "mobile", "email")}
    now = timezone.now()
    user = record.requester
    if user is None:
        user = record.requester = new_account(
            person,
            is_active=False,
            email_verified_at=now,
            terms_version=record.terms_version,
            terms_agreed_at=now,
        )
    else:
        names = ("real_name", "mobile")
        User.objects.filter(pk=user.pk).update(**{name: person[name] for name in names})
    record.edits += 1
    record.save()
    if letter := form.cleaned_data["letter"]:
        for old in record.files.current("letter"):
            old.remove()
        uploads.attach(record, LETTER, letter, user)
    return user


@require_safe
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    if DONE not in request.session:
        return redirect("admin-change")
    context = {**request.session[DONE], "review_days": REVIEW_DAYS}
    return render_page(request, "records/handover/done.html", context)

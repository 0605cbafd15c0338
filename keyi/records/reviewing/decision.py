"""Deciding on one record: 通过并发布, 退回, 报省平台, 下线."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from keyi.accounts import kept
from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.records.kinds import Kind
from keyi.review.models import Record, ReviewEvent
from keyi.review.workflow import StaleState, perform_all

from .forms import DecisionForm, decisions
from .page import show
from .queue import REVIEWING, is_province, neighbours

# What may have happened since the page was opened: “… was just returned by …”
HAPPENED = {
    "submit": gettext_lazy("This record was submitted anew by %(who)s (%(time)s)"),
    "recall": gettext_lazy("This record was recalled by %(who)s (%(time)s)"),
    "endorse": gettext_lazy("This record was just passed to the province by %(who)s (%(time)s)"),
    "decline": gettext_lazy("This record was just returned by %(who)s (%(time)s)"),
    "approve": gettext_lazy("This record was just approved by %(who)s (%(time)s)"),
    "return": gettext_lazy("This record was just returned by %(who)s (%(time)s)"),
    "publish": gettext_lazy("This record was just published by %(who)s (%(time)s)"),
    "revise": gettext_lazy("This record is being changed by %(who)s (%(time)s)"),
    "grant": gettext_lazy("This change was just approved by %(who)s (%(time)s)"),
    "take_down": gettext_lazy("This record was just taken offline by %(who)s (%(time)s)"),
}
NOT_REPEATED = frozenset({"do", "csrfmiddlewaretoken", "is_sure"})
ANOTHER = pgettext_lazy("who decided", "another reviewer")
YOU = pgettext_lazy("who decided", "you, in another window,")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_record(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    records = kind.model.objects.for_user(request.user, Capability.VIEW)
    record = get_object_or_404(records.select_related("unit__parent__parent"), pk=pk)
    if not any(may(request.user, capability, record.unit) for capability in REVIEWING):
        raise PermissionDenied
    return _decide(request, kind, record) if request.method == "POST" else show(request, kind, record)


def _decide(request: HttpRequest, kind: Kind, record: Record) -> HttpResponse:
    form = DecisionForm(request.POST, kind=kind)
    name = request.POST.get("do", "")
    steps = _steps(name, record, request.user)
    if not steps:
        form.add_error(None, _("Choose one of the buttons at the end of the page."))
    if not form.is_valid():
        return show(request, kind, record, form, 422)
    decision = decisions(record, request.user).get(name)
    if decision and not decision.is_refusal and form.notes and not form.cleaned_data["is_sure"]:
        return _ask_again(request, kind, record, form, decision)
    around = neighbours(request.user, kind, record.pk)
    try:
        perform_all(
            record, steps, request.user, **_words(form, steps), seen_version=form.cleaned_data["version"]
        )
    except StaleState as refusal:
        return _too_late(request, kind, record, form, refusal.event)
    except ValidationError as error:
        form.add_error("comment", error.message_dict["comment"])
        return show(request, kind, record, form, 422)
    kept.forget(request.user, request.path)
    if decision:
        messages.success(request, decision.done % {"record": record})
    return redirect("review-record", *around["after"]) if around["after"] else redirect("review-queue")


def _steps(name: str, record: Record, user: User) -> tuple[str, ...]:
    """The steps of a button, also of one the record's state no longer offers: the workflow says then what is wrong."""
    if decision := decisions(record, user).get(name):
        return decision.steps
    if record.flow == "request":
        return (name,) if name in ("grant", "return") else ()
    for_province = may(user, Capability.APPROVE, record.unit)
    known = {
        "publish": ("approve", "publish"),
        "approve": ("approve",),
        "endorse": ("endorse",),
        "return": ("return",) if for_province else ("decline",),
        "take_down": ("take_down",),
    }
    return known.get(name, ())


def _words(form: DecisionForm, steps: tuple[str, ...]) -> dict[str, Any]:
    """Notes go along with a return only."""
    is_return = steps[0] in ("return", "decline")
    return {"comment": form.cleaned_data["comment"], "marks": form.notes if is_return else {}}


def _ask_again(
    request: HttpRequest, kind: Kind, record: Record, form: DecisionForm, decision: Any
) -> HttpResponse:
    """Publishing with notes at fields would lose the notes: ask once more."""
    context = {
        "kind": kind,
        "is_province": is_province(request.user),
        "record": record,
        "decision": decision,
        "hidden": [(name, value) for name, value in request.POST.items() if name not in NOT_REPEATED],
        "notes": [(kind.form.base_fields[name].label, text) for name, text in form.notes.items()],
    }
    return render(request, "records/reviewing/sure.html", context)


def _too_late(
    request: HttpRequest, kind: Kind, record: Record, form: DecisionForm, event: ReviewEvent | None
) -> HttpResponse:
    """Somebody was first. Nothing was sent; what was written stays on the page to be copied."""
    record.refresh_from_db()
    context = {
        "kind": kind,
        "is_province": is_province(request.user),
        "record": record,
        "event": event,
        "happened": _happened(event, request.user),
        "comment": form.cleaned_data["comment"],
        "notes": [(kind.form.base_fields[name].label, text) for name, text in form.notes.items()],
    }
    return render(request, "records/reviewing/too_late.html", context, status=409)


def _happened(event: ReviewEvent | None, user: User) -> str:
    """Who was first, with what, when."""
    if event is None:
        return _("The state of this record changed meanwhile")
    is_colleague = event.transition not in ("submit", "recall", "revise")
    who = YOU if event.actor_id == user.pk else ANOTHER if is_colleague else event.actor_label
    time = date_format(timezone.localtime(event.at), "H:i")
    return HAPPENED[event.transition] % {"who": who, "time": time}

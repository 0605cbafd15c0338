"""以单位名义操作: one of the province's people helps a unit in its own name, for half an hour and not unseen."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from keyi.accounts import acting
from keyi.accounts.limits import allow
from keyi.accounts.models import Acting, OrgUnit, User
from keyi.accounts.people import people_who
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.inbox.send import send_message
from keyi.records.forms.fields import TidyCharField
from keyi.review.notify import HISTORY_LANGUAGE

A_DAY = 20  # more would be somebody else's work
SHOWN = 20


class ActingForm(forms.Form):
    uscc = TidyCharField(
        label=pgettext_lazy("acting", "Unified social credit code of the unit"), max_length=18,
        help_text=gettext_lazy("As it stands on the unit's page."),
    )  # fmt: skip
    reason = TidyCharField(
        label=gettext_lazy("Reason"), max_length=200,
        help_text=gettext_lazy("The unit reads it: who asked for help, by what way, and what for."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, units: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._units = units

    def clean_uscc(self) -> str:
        code = self.cleaned_data["uscc"].upper()
        self.unit = self._units.filter(level=OrgUnit.Level.INSTITUTION, uscc=code).first()
        if self.unit is None:
            raise forms.ValidationError(_("There is no unit with this code."))
        return code


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def acting_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not may_somewhere(user, Capability.ACT_FOR_UNIT):
        raise PermissionDenied
    units = OrgUnit.objects.for_user(user, Capability.ACT_FOR_UNIT)
    form = ActingForm(request.POST if request.method == "POST" else None, units=units)
    if request.method == "POST" and form.is_valid() and _begin(request, user, form):
        return redirect("work-home")
    past = Acting.objects.for_user(user, Capability.ACT_FOR_UNIT).select_related("staff", "unit")
    context = {"form": form, "past": past.order_by("-pk")[:SHOWN], "minutes": acting.LASTS.seconds // 60}
    return render(request, "oversight/acting.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _begin(request: HttpRequest, user: User, form: ActingForm) -> bool:
    if not allow("acting", user.pk, limit=A_DAY, period=timedelta(days=1)):
        form.add_error(None, _("You acted in units' names often enough today. Ask a colleague."))
        return False
    begun = acting.begin(request, user, form.unit, form.cleaned_data["reason"])
    _announce(begun, user)
    return True


def _announce(begun: Acting, user: User) -> None:
    """The unit's administrator is told at once, in the inbox and by mail."""
    until = date_format(timezone.localtime(begun.ends_at), "H:i")
    with override(HISTORY_LANGUAGE):
        said = {
            "who": user.real_name or user.username,
            "unit": begun.unit.name,
            "until": until,
            "reason": begun.reason,
        }
        subject = _("The platform acts in the name of “%(unit)s”") % said
        body = _(
            "%(who)s of the platform acts in your unit's name until %(until)s. Reason: %(reason)s\n"
            "Each step stands in your log of actions. If your unit did not ask for this, call the platform."
        )
        for person in people_who(Capability.MANAGE_LABS, begun.unit):
            send_message(person, subject=subject, body=body % said, link=reverse("action-log"))


@login_required
@require_POST
def acting_end(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if user.acting is not None:
        acting.end(request, user, user.acting)
        messages.success(request, _("You act as yourself again."))
    return redirect("work-home")

"""Which entries of the log a person may read, and how they are looked for."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.audit.models import Entry
from keyi.records.forms.fields import TidyCharField

from .actions import LABELS


def readable(user: User) -> QuerySet[Entry]:
    """All of them for the auditor; for a unit's administrator what people of the unit did while they belong to it,
    and what the platform's people did in its name.
    """
    if may_somewhere(user, Capability.AUDIT):
        return Entry.objects.all()
    people = Membership.objects.for_user(user, Capability.MANAGE_ACCOUNTS).values("user")
    units = OrgUnit.objects.for_user(user, Capability.MANAGE_ACCOUNTS).filter(level=OrgUnit.Level.INSTITUTION)
    own = list(units.values_list("pk", flat=True))
    announced = Q(action__startswith="acting.", kind="accounts.orgunit", object_id__in=map(str, own))
    return Entry.objects.filter(Q(actor__in=people) | Q(data__acting_for__in=own) | announced)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class LogFilter(forms.Form):
    """A value that cannot be read filters nothing, and the page says so."""

    who = TidyCharField(label=pgettext_lazy("log", "Who"), required=False, max_length=50)
    action = forms.ChoiceField(
        label=pgettext_lazy("log", "What was done"), required=False, choices=[("", _("All")), *LABELS.items()]
    )
    label = TidyCharField(label=pgettext_lazy("log", "To what"), required=False, max_length=100)
    since = _day(pgettext_lazy("log", "From"))
    until = _day(pgettext_lazy("log", "To"))

    def apply(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        self.is_valid()
        said = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        self.is_used = bool(said)
        if who := said.get("who"):
            rows = rows.filter(Q(actor__real_name__icontains=who) | Q(actor__username__iexact=who))
        if "action" in said:
            rows = rows.filter(action=said["action"])
        if "label" in said:
            rows = rows.filter(label__icontains=said["label"])
        if "since" in said:
            rows = rows.filter(at__gte=_start(said["since"]))
        if "until" in said:
            rows = rows.filter(at__lt=_start(said["until"]) + dt.timedelta(days=1))
        return rows


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))

"""The query above a list of records."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.core.text import normalise
from keyi.review.status import EDITABLE, Status

from .kinds import Kind

REVISION = "revision"


class RecordFilter(forms.Form):
    """Name or number, state, laboratory. What cannot be read is ignored rather than answered with an error."""

    q = forms.CharField(label=_("Name, model or number"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("All states")), *Status.choices, (REVISION, _("Being revised"))],
    )  # fmt: skip
    lab = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Laboratory or department"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, user: User, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.searched = kind.searched
        if kind.is_of_unit:
            del self.fields["lab"]
            self.fields["q"].label = pgettext_lazy("filter", "Name")
            return
        labs = OrgUnit.objects.for_user(user, Capability.EDIT)
        levels = [OrgUnit.Level.DEPARTMENT, OrgUnit.Level.LAB]
        lab: Any = self.fields["lab"]
        lab.queryset = labs.filter(level__in=levels).order_by("path")

    @property
    def is_used(self) -> bool:
        return self.is_bound and self.is_valid() and any(self.cleaned_data.values())

    def apply(self, records: QuerySet) -> QuerySet:
        if not self.is_bound:
            return records
        self.is_valid()
        asked = self.cleaned_data
        for word in normalise(asked.get("q") or "").split():
            found = Q()
            for column in self.searched:
                found |= Q(**{f"{column}__icontains": word})
            records = records.filter(found)
        if lab := asked.get("lab"):
            records = records.filter(unit__path__startswith=lab.path)
        if asked.get("status") == REVISION:
            return records.filter(is_public=True, status__in=EDITABLE)
        return records.filter(status=asked["status"]) if asked.get("status") else records

"""The query above 仪器维护进度详情."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.core.text import normalise
from keyi.records.models import Instrument
from keyi.reporting.states import State

NODES = (OrgUnit.Level.DEPARTMENT, OrgUnit.Level.LAB)


class UpkeepFilter(forms.Form):
    """Laboratory, state, name. What cannot be read is ignored rather than answered with an error."""

    lab = forms.ModelChoiceField(OrgUnit.objects.none(), required=False)
    state = forms.ChoiceField(choices=[("", _("All")), *State.choices], required=False)
    q = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lab"].queryset = OrgUnit.objects.for_user(user, Capability.VIEW)  # type: ignore[attr-defined]
        self.user = user
        self.is_valid()

    def labs(self) -> list[tuple[int, str]]:
        """The laboratories to choose from, in the order of the tree; none for readers of a whole province."""
        if not self.user.scope(Capability.EDIT):
            return []
        nodes = OrgUnit.objects.for_user(self.user, Capability.EDIT).filter(level__in=NODES).order_by("path")
        return [
            (pk, f"　{name}" if level == OrgUnit.Level.LAB else name)
            for pk, name, level in nodes.values_list("pk", "name", "level")
        ]

    @property
    def asked(self) -> dict[str, Any]:
        return getattr(self, "cleaned_data", {})

    @property
    def is_used(self) -> bool:
        return any(self.asked.get(name) for name in ("lab", "state", "q"))

    def apply(self, instruments: QuerySet[Instrument]) -> QuerySet[Instrument]:
        """By laboratory and name; the state is left to the tabs."""
        for word in normalise(self.asked.get("q") or "").split():
            instruments = instruments.filter(
                Q(name__icontains=word) | Q(model_name__icontains=word) | Q(inventory_number__icontains=word)
            )
        if lab := self.asked.get("lab"):
            instruments = instruments.filter(unit__path__startswith=lab.path)
        return instruments

"""The query above a table of progress. What cannot be read is ignored, as in every list."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit
from keyi.core.text import normalise
from keyi.reporting.progress import Branch
from keyi.reporting.states import State
from keyi.reporting.years import Year


class ProgressFilter(forms.Form):
    year = forms.ChoiceField(label=_("Year"), required=False)
    state = forms.ChoiceField(
        label=_("State of maintenance"), required=False, choices=[("", ""), *State.choices]
    )

    def __init__(self, data: QueryDict, *, years: list[Year], year: Year) -> None:
        super().__init__(data)
        self.shown_year = str(year.number)
        self._offer("year", [(str(one.number), str(one.number)) for one in years])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", ""), *choices]

    def offer_units(self, name: str, units: Iterable[OrgUnit]) -> None:
        self._offer(name, [(str(unit.pk), unit.name) for unit in units])

    @property
    def asked(self) -> dict[str, str]:
        """{field: what was asked for}; empty text for what was not, or could not be understood."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields if name != "year"}

    @property
    def is_used(self) -> bool:
        return any(self.asked.values())

    @property
    def state_label(self) -> str:
        state = self.asked["state"]
        return str(State(state).label) if state else ""

    def selects(self) -> list[dict[str, Any]]:
        """For the template, which draws them itself: hundreds of options take their time."""
        asked = self.asked | {"year": self.shown_year}
        rows = []
        for name, field in self.fields.items():
            choices = [pair for pair in getattr(field, "choices", []) if pair[0]]
            if choices or not isinstance(field, forms.ChoiceField):
                rows.append({"name": name, "label": field.label, "value": asked[name], "choices": choices})
        return rows


class UnitFilter(ProgressFilter):
    """By 二级院系 and 三级实验室."""

    department = forms.ChoiceField(label=_("Department (second level)"), required=False)
    lab = forms.ChoiceField(label=_("Laboratory (third level)"), required=False)
    field_order = ("year", "department", "lab", "state")

    def __init__(self, data: QueryDict, *, branches: list[Branch], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        tops = [branch for branch in branches if branch.unit.level == OrgUnit.Level.DEPARTMENT]
        lone = [branch.unit for branch in branches if branch.unit.level == OrgUnit.Level.LAB]
        self.offer_units("department", (branch.unit for branch in tops))
        inside = [branch for branch in tops if str(branch.unit.pk) == self.asked["department"]]
        below = [leaf.unit for branch in inside or tops for leaf in branch.children]
        self.offer_units("lab", [*([] if inside else lone), *below])
        self.full_clean()  # the choices of the laboratory came after the department was read


class ProvinceFilter(ProgressFilter):
    """By 市州 and by a part of the unit's name."""

    city = forms.ChoiceField(label=_("City"), required=False)
    q = forms.CharField(label=_("Unit name"), required=False, max_length=100)
    field_order = ("year", "city", "q", "state")

    def __init__(self, data: QueryDict, *, branches: list[Branch], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.offer_units("city", (branch.unit for branch in branches))

    def clean_q(self) -> str:
        return normalise(self.cleaned_data["q"])

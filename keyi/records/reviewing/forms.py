"""The query above the queue, and the decision on one record."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.records.forms.fields import TidyCharField, TidyTextField
from keyi.records.kinds import KINDS, Kind
from keyi.review.models import Record
from keyi.review.workflow import MAX_COMMENT, available

PUBLISHED = "published"
MARK = "mark-"
MAX_MARK = 200


class CityField(forms.ModelChoiceField):
    def label_from_instance(self, unit: OrgUnit) -> str:
        return unit.division.name if unit.division else unit.name


class QueueFilter(forms.Form):
    """What cannot be read is ignored rather than answered with an error."""

    state = forms.ChoiceField(
        label=_("state"),
        required=False,
        choices=[("", _("Waiting for a decision")), (PUBLISHED, _("Published"))],
    )
    kind = forms.ChoiceField(label=pgettext_lazy("review", "Kind"), required=False)
    city = CityField(
        OrgUnit.objects.none(),
        label=pgettext_lazy("filter", "City or prefecture"),
        required=False,
        empty_label=_("All"),
    )
    q = TidyCharField(label=_("Name of the unit or the record"), required=False, max_length=100)
    what = forms.ChoiceField(
        label=_("Submission"), required=False,
        choices=[("", _("All")), ("first", _("First submission")), ("revision", _("Change of a published record"))],
    )  # fmt: skip
    overdue = forms.BooleanField(label=_("Only those waiting longer than the time limit"), required=False)

    def __init__(self, *args: Any, is_province: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [
            ("", _("All")),
            *((kind.slug, kind.label) for kind in KINDS.values() if is_province or not kind.is_asked_for),
        ]
        city: Any = self.fields["city"]
        cities = OrgUnit.objects.filter(level=OrgUnit.Level.CITY).select_related("division")
        city.queryset = cities.order_by("order", "path")
        if not is_province:
            del self.fields["city"], self.fields["state"]

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def is_used(self) -> bool:
        return any(value for name, value in self.asked.items() if name != "state")


@dataclass(frozen=True)
class Decision:
    """One button: its value, the steps it takes, its words and look."""

    name: str
    steps: tuple[str, ...]
    label: str | Promise
    done: str | Promise  # the sentence afterwards
    is_refusal: bool = False


def decisions(record: Record, user: User) -> dict[str, Decision]:
    """The decisions this person can take on the record now, by the value of the button."""
    steps = {row.name for row in available(record, user)}
    found = []
    if "approve" in steps and may(user, Capability.PUBLISH, record.unit):
        found.append(
            Decision(
                "publish", ("approve", "publish"), _("Approve and publish"), _("“%(record)s” is published.")
            )
        )
    elif "approve" in steps:
        found.append(
            Decision(
                "approve", ("approve",), pgettext_lazy("button", "Approve"), _("“%(record)s” is approved.")
            )
        )
    elif "publish" in steps:
        found.append(
            Decision(
                "publish", ("publish",), pgettext_lazy("button", "Publish"), _("“%(record)s” is published.")
            )
        )
    if "grant" in steps:
        label, done = _("Approve and change the administrator"), _("“%(record)s” is approved and in effect.")
        found.append(Decision("grant", ("grant",), label, done))
    if "endorse" in steps:
        label = _("Approve and pass to the province")
        found.append(Decision("endorse", ("endorse",), label, _("“%(record)s” was passed to the province.")))
    for step in sorted(steps & {"return", "decline"}):
        label = pgettext_lazy("button", "Return")
        found.append(Decision("return", (step,), label, _("“%(record)s” was returned."), is_refusal=True))
    if "take_down" in steps and may(user, Capability.PUBLISH, record.unit):
        label = pgettext_lazy("button", "Take offline")
        found.append(
            Decision(
                "take_down", ("take_down",), label, _("“%(record)s” was taken offline."), is_refusal=True
            )
        )
    return {decision.name: decision for decision in found}


class DecisionForm(forms.Form):
    """An opinion, notes at fields, and the submission that the person has seen."""

    comment = TidyTextField(
        label=_("Opinion"), max_length=MAX_COMMENT, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Necessary for a return. The person who filled in the record reads all of it, with your notes."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    is_sure = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        comment: Any = self.fields["comment"]
        comment.is_mandatory = None  # only for a return
        for section in kind.form.sections:
            for name in section.fields:
                label = kind.form.base_fields[name].label
                self.fields[f"{MARK}{name}"] = TidyTextField(label=label, max_length=MAX_MARK, required=False)

    @property
    def notes(self) -> dict[str, str]:
        """The notes of a valid form by the name of the marked field."""
        found = {
            name.removeprefix(MARK): text for name, text in self.cleaned_data.items() if name.startswith(MARK)
        }
        return {name: text for name, text in found.items() if text}

    def typed(self, name: str) -> str:
        """The note at one field as typed, for showing it again."""
        return str(self[f"{MARK}{name}"].value() or "")

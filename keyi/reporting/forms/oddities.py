"""The query above the list of figures worth a second look."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyi.core.text import normalise

from .progress import ProgressFilter

KINDS = {"jump": ~Q(jumps=[]), "same": Q(has_same_figures=True)}


class OddityFilter(ProgressFilter):
    q = forms.CharField(label=_("Unit name"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("What is odd"),
        required=False,
        choices=[
            ("", ""),
            ("jump", _("Jump against last year")),
            ("same", _("Same figures on many instruments")),
        ],
    )
    state = None  # type: ignore[assignment]
    field_order = ("year", "q", "kind")

    def clean_q(self) -> str:
        return normalise(self.cleaned_data["q"])

    def apply(self, records: QuerySet) -> QuerySet:
        asked = self.asked
        if asked["q"]:
            records = records.filter(institution__name__icontains=asked["q"])
        if asked["kind"]:
            return records.filter(KINDS[asked["kind"]])
        return records.filter(KINDS["jump"] | KINDS["same"])

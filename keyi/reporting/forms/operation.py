"""运行维护 (form F7). The rules that one row can tell stand in the database too: see models/operation.py."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyi.records.forms.base import Section
from keyi.records.forms.fields import Attached
from keyi.reporting.models import AnnualOperation, UpkeepYear
from keyi.reporting.models.operation import hours_of
from keyi.reporting.oddities import shown

from .fields import operation_field
from .proofs import ProofsField

PROOFS_FROM_WAN = Decimal(50)  # 万元: instruments of this value are assessed, so their hours need proofs
SECTIONS = (
    Section(
        "hours", gettext_lazy("Hours"),
        ("run_hours", "zero_reason", "teach_hours", "research_hours", "social_hours", "open_hours", "service_hours",
         "ext_hours", "ent_hours", "hour_source"),
    ),
    Section(
        "service", gettext_lazy("Users and services"),
        ("users_in", "users_ext", "ents", "smes", "teams", "times_in", "times_ext", "samples"),
    ),
    Section(
        "income", gettext_lazy("Income"), ("income_in", "income_ext", "income_reason", "invoices"),
    ),
    Section(
        "state", gettext_lazy("State and costs"),
        ("year_end_status", "fault_times", "down_hours", "repair_cost", "upkeep_cost", "consumable_cost",
         "new_functions", "upgrade"),
    ),
    Section(
        "results", gettext_lazy("Training and results"),
        ("trained_students", "trained_teachers", "trained_others", "projects_teach", "projects_research",
         "projects_social", "papers_indexed", "papers_core", "patents", "awards_national", "awards_province",
         "achievements"),
    ),
    Section("files", gettext_lazy("Proofs"), ("proofs",)),
)  # fmt: skip
WITHIN: tuple[tuple[str, str], ...] = (
    ("open_hours", "run_hours"),
    ("service_hours", "run_hours"),
    ("ext_hours", "service_hours"),
    ("ent_hours", "ext_hours"),
    ("ents", "users_ext"),
    ("smes", "ents"),
)
HINTS = {
    "run_hours": gettext_lazy("With warming up and evaluation, without idle running."),
    "service_hours": gettext_lazy("For users inside and outside the unit together."),
    "open_hours": gettext_lazy("Open to users of other groups, inside or outside the unit."),
    "ext_hours": gettext_lazy("For users outside the unit."),
    "zero_reason": gettext_lazy("Only if it did not run at all this year."),
    "income_reason": gettext_lazy("Only if there is income from outside without hours of service to others."),
}
CONDITIONAL = ("zero_reason", "income_reason")  # depend on another answer: neither star nor “optional”
CHOSEN = ("hour_source", "year_end_status")


class OperationForm(forms.ModelForm):
    """One instrument's year. ``last`` is the year before, shown beside the fields."""

    proofs = ProofsField()
    edits = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = AnnualOperation
        fields: ClassVar = [name for section in SECTIONS for name in section.fields if name != "proofs"]
        formfield_callback = operation_field
        widgets: ClassVar = {
            "zero_reason": forms.Textarea(attrs={"rows": 2}),
            "income_reason": forms.Textarea(attrs={"rows": 2}),
            "upgrade": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, last: AnnualOperation | None, upkeep: UpkeepYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last, self.upkeep = last, upkeep
        self.initial["edits"] = self.instance.edits if self.instance.pk else 0
        for name, field in self.fields.items():
            field.help_text = self._hint(name) if name != "proofs" else field.help_text
        for name in CONDITIONAL:
            self.fields[name].is_mandatory = None  # type: ignore[attr-defined]
        field = self.fields["proofs"]
        field.bind(Attached(upkeep), None)  # type: ignore[attr-defined]
        field.is_mandatory = self.needs_proofs or None  # type: ignore[attr-defined]

    @property
    def needs_proofs(self) -> bool:
        value = self.instance.instrument.value_wan
        return value is not None and value >= PROOFS_FROM_WAN

    def _hint(self, name: str) -> str:
        """The field's own hint, and last year's figure."""
        hint = str(HINTS.get(name, ""))
        was = getattr(self.last, name, None) if self.last else None
        if was in (None, "") or name in CONDITIONAL or name == "achievements":
            return hint
        value = getattr(self.last, f"get_{name}_display")() if name in CHOSEN else was
        text = value if isinstance(value, str) else shown(value)
        return f"{hint} {_('Last year: %(value)s') % {'value': text}}".strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for check in (self._within, self._year, self._split, self._reasons, self._proofs):
            check(cleaned)
        return cleaned

    def _both(self, cleaned: dict[str, Any], *names: str) -> bool:
        return all(cleaned.get(name) is not None for name in names)

    def _within(self, cleaned: dict[str, Any]) -> None:
        for part, whole in WITHIN:
            if self._both(cleaned, part, whole) and cleaned[part] > cleaned[whole]:
                self._refuse(
                    part,
                    _("“%(part)s” (%(part_value)s) cannot be more than “%(whole)s” (%(whole_value)s)."),
                    part=self.fields[part].label, whole=self.fields[whole].label,
                    part_value=shown(cleaned[part]), whole_value=shown(cleaned[whole]),
                )  # fmt: skip
        if cleaned.get("smes") is not None and "ents" not in self.errors and cleaned.get("ents") is None:
            self._refuse(
                "ents", _("Fill in the number of enterprises: some of them are small or medium-sized.")
            )

    def _year(self, cleaned: dict[str, Any]) -> None:
        limit = hours_of(self.instance.year)
        words = {"year": self.instance.year, "limit": shown(limit)}
        run, down = cleaned.get("run_hours"), cleaned.get("down_hours")
        if run is not None and run > limit:
            self._refuse("run_hours", _("%(year)s has %(limit)s hours; fill in no more."), **words)
        elif run is not None and down is not None and run + down > limit:
            self._refuse(
                "down_hours",
                _("Running hours and hours out of order are together %(sum)s; %(year)s has only %(limit)s."),
                sum=shown(run + down), **words,
            )  # fmt: skip

    def _split(self, cleaned: dict[str, Any]) -> None:
        parts = ("teach_hours", "research_hours", "social_hours")
        if self._both(cleaned, "run_hours", *parts):
            total = sum(cleaned[part] for part in parts)
            if total > cleaned["run_hours"]:
                self._refuse(
                    "teach_hours",
                    _("Teaching, research and service to society are together %(sum)s hours, but it ran %(run)s."),
                    sum=shown(total), run=shown(cleaned["run_hours"]),
                )  # fmt: skip

    def _reasons(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("run_hours") == 0 and not cleaned.get("zero_reason"):
            self._refuse("zero_reason", _("It ran 0 hours: say why, for example “waiting for a spare part”."))
        if cleaned.get("income_ext") and cleaned.get("ext_hours") == 0 and not cleaned.get("income_reason"):
            self._refuse(
                "income_reason", _("There is income from outside but no hours of service to others: say why.")
            )

    def _proofs(self, cleaned: dict[str, Any]) -> None:
        if self.needs_proofs and cleaned.get("run_hours") and not self.upkeep.files.current().exists():
            self._refuse(
                "proofs",
                _("Instruments of %(value)s (10,000 CNY) and more need at least one proof of their hours."),
                value=shown(PROOFS_FROM_WAN),
            )

    def _refuse(self, name: str, message: str, **params: Any) -> None:
        if name not in self.errors:
            self.add_error(name, ValidationError(message, code="rule", params=params))

    def validate_constraints(self) -> None:
        """Said by ``clean`` at the fields; the database has the last word."""

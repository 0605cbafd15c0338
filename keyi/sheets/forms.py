"""The forms of an import's steps."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.core.text import normalise
from keyi.records.forms.fields import TidyTextField
from keyi.reporting.years import years

from .columns import Column
from .matching import Match, match, targets
from .models import Import, KeptMatch
from .reading import Table, read
from .sheet import Sheet, is_example
from .writing import options_of

USUAL = "usual-"
MOST_IN_LIST = 150
ACCEPT = ".xlsx,.xls,.csv"


class UploadForm(forms.Form):
    """The file, and the year where the sheet belongs to one. ``tables`` and ``match`` are what was read."""

    file = forms.FileField(
        label=gettext_lazy("Excel or CSV file"),
        help_text=gettext_lazy(
            ".xlsx, .xls or .csv, up to 20 MB and 50,000 rows. Headings in one of the first rows."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, sheet: Sheet, unit: OrgUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.unit = sheet, unit
        self.tables: list[Table] = []
        self.match: Match | None = None
        if sheet.has_year:
            open_years = [year.number for year in years(unit.ancestor_institution()) if year.is_open]
            self.fields["year"] = forms.TypedChoiceField(
                label=gettext_lazy("Year"),
                coerce=int,
                choices=[(year, str(year)) for year in open_years],
                error_messages={"required": gettext_lazy("No year is open now, so nothing can be imported.")},
            )
            self.order_fields(["year", "file"])

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.tables = read(upload)
        kept = KeptMatch.objects.filter(unit=self.unit, sheet=self.sheet.slug).values_list(
            "heading", "target"
        )
        self.match = match(self.tables, self.sheet.columns, dict(kept))
        table = self.tables[self.match.table]
        if all(is_example(row) for row in table.rows[self.match.first :]):
            raise ValidationError(_("There is no row below the headings. Fill in at least one."))
        return upload

    @property
    def file_name(self) -> str:
        return normalise(str(self.cleaned_data["file"].name))[-100:] or "table"


class MatchForm(forms.Form):
    """Which of our columns each column of the file is."""

    clears = forms.BooleanField(
        label=gettext_lazy("Empty cells empty what is in the system"),
        help_text=gettext_lazy("Without this an empty cell leaves alone what is there already."),
        required=False,
    )

    def __init__(self, *args: Any, job: Import, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job, self.sheet = job, sheet
        choices = [("", _("— not imported —")), *targets(sheet.columns).items()]
        for heading in job.headings:
            self.fields[self.name_of(heading)] = forms.ChoiceField(
                label=heading["text"] or _("(without heading)"),
                choices=choices,
                required=False,
                initial=heading["target"],
            )
        self.initial["clears"] = job.clears
        for column in sheet.columns:
            if column.is_mandatory and column.name != sheet.key:
                self.fields[f"{USUAL}{column.name}"] = _usual_field(column, job.usual.get(column.name, ""))

    @staticmethod
    def name_of(heading: dict[str, Any]) -> str:
        return f"column-{heading['place']}"

    def rows(self) -> list[dict[str, Any]]:
        """Heading by heading for the page."""
        found = []
        for heading in self.job.headings:
            bound = self[self.name_of(heading)]
            why = "" if bound.value() else self.sheet.why_not(heading["text"])
            found.append({"heading": heading, "field": bound, "why": why})
        return found

    def usual_fields(self) -> list[Any]:
        """Those whose column the file does not have."""
        taken = {str(self[self.name_of(one)].value() or "").partition(":")[0] for one in self.job.headings}
        return [
            self[name] for name in self.fields if name.startswith(USUAL) and name[len(USUAL) :] not in taken
        ]

    def usual(self) -> dict[str, str]:
        names = [name for name in self.fields if name.startswith(USUAL)]
        return {name[len(USUAL) :]: self.cleaned_data[name] for name in names if self.cleaned_data[name]}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: dict[str, str] = {}
        for heading in self.job.headings:
            name = self.name_of(heading)
            target = cleaned.get(name)
            if target and target in seen:
                self.add_error(name, _("“%(other)s” is already this column.") % {"other": seen[target]})
            elif target:
                seen[target] = heading["text"]
        if not seen and not self.errors:
            self.add_error(None, _("Choose for at least one column of the file what it is."))
        return cleaned

    def headings(self) -> list[dict[str, Any]]:
        return [
            {**heading, "target": self.cleaned_data[self.name_of(heading)]} for heading in self.job.headings
        ]


def _usual_field(column: Column, initial: str) -> forms.Field:
    options = options_of(column)
    if 0 < len(options) <= MOST_IN_LIST:
        choices = [("", gettext_lazy("Different or unknown")), *((text, text) for text in options)]
        return forms.ChoiceField(label=column.heading, choices=choices, required=False, initial=initial)
    return TidyTextField(
        label=column.heading, max_length=500, required=False, initial=initial, widget=forms.TextInput
    )


class ConfirmForm(forms.Form):
    only_good = forms.BooleanField(
        label=gettext_lazy("Import the good rows, leave out the refused ones"), required=False
    )

    def __init__(self, *args: Any, job: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.job.counts.get("refused") and not cleaned.get("only_good"):
            self.add_error(
                "only_good",
                _("Some rows are refused. Mend them in the file and upload it again, or tick this box."),
            )
        return cleaned

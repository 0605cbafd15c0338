"""What the forms of all records share: drafts with gaps, the complete check, sections, files, hints.

The same class serves the page, Excel and the API; nothing else validates a record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit, User
from keyi.codes.fields import CodesField
from keyi.core.labels import Label
from keyi.core.rows import RowsField
from keyi.review.models import Record

from .fields import (
    Attached,
    SlotField,
    TidyCharField,
    TidyDecimalField,
    TidyEmailField,
    TidyTextField,
    YesNoField,
)

MISSING = frozenset({"required", "slot_empty"})


@dataclass(frozen=True)
class Section:
    """One part of a long form."""

    slug: str
    label: Label
    fields: tuple[str, ...]


@dataclass(frozen=True)
class SectionState:
    """How far one section is: for the task list beside the form."""

    section: Section
    state: str  # "done", "wrong" or "missing"
    missing: int


def form_field(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    """Text columns get fields that forgive harmless input; everything else is Django's choice."""
    if isinstance(db_field, models.TextField):
        return db_field.formfield(form_class=TidyTextField, **kwargs)
    if type(db_field) is models.CharField and not db_field.choices:
        return db_field.formfield(form_class=TidyCharField, **kwargs)
    if isinstance(db_field, models.CharField) and db_field.choices:
        field: Any = db_field.formfield(**kwargs)
        field.choices = [("", _("Choose")), *db_field.choices]
        return field
    if isinstance(db_field, models.URLField):
        return db_field.formfield(assume_scheme="https", **kwargs)
    if isinstance(db_field, models.DecimalField):
        return db_field.formfield(form_class=TidyDecimalField, **kwargs)
    if isinstance(db_field, models.EmailField):
        return db_field.formfield(form_class=TidyEmailField, **kwargs)
    if isinstance(db_field, models.DateField):
        return db_field.formfield(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)
    if isinstance(db_field, models.BooleanField) and db_field.null:
        return YesNoField(label=db_field.verbose_name, required=False, help_text=db_field.help_text)
    return db_field.formfield(**kwargs)


class RecordForm(forms.ModelForm):
    """A record as people type it.

    With ``complete=False`` (保存) gaps are allowed and only what was typed is checked; with ``complete=True``
    (提交) everything mandatory must be there. ``warnings`` holds what is odd but allowed, {field name: sentence}.
    """

    sections: ClassVar[tuple[Section, ...]] = ()
    mandatory: ClassVar[frozenset[str]] = frozenset()
    conditions: ClassVar[dict[str, tuple[str, str]]] = {}  # {section: (field, value)}: asked only then

    edits = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, user: User, complete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.complete = user, complete
        self.marks: dict[str, str] = self.instance.marks
        self.warnings: dict[str, Label] = {}
        self.initial["edits"] = self.instance.edits
        attached = Attached(self.instance)
        every: dict[str, Any] = self.fields
        for name, field in every.items():
            field.is_mandatory = name in self.mandatory
            field.required = complete and field.is_mandatory and not isinstance(field, SlotField)
            if isinstance(field, RowsField):
                field.partial = not complete
            if isinstance(field, SlotField):
                field.bind(attached, self.data if self.is_bound else None)

    def slots(self) -> list[tuple[str, SlotField]]:
        return [(name, field) for name, field in self.fields.items() if isinstance(field, SlotField)]

    def _get_validation_exclusions(self) -> set[str]:
        """Not looked for once more by the model: what a field of this form has just found in the database."""
        found = {name for name, field in self.fields.items() if isinstance(field, forms.ModelChoiceField)}
        return super()._get_validation_exclusions() | found  # type: ignore[misc]  # Django has it, the stubs do not

    def save(self, commit: bool = True) -> Record:
        record = super().save(commit)
        for _name, field in self.slots():
            field.save_details()
        return record

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        not_asked = self._forget_errors_of_what_is_not_asked()
        self.check_typed(cleaned)
        for name, field in self.slots():
            if field.faulty_details():
                self.add_error(name, _("Check the titles and dates beside the files."))
            if self.complete and name not in not_asked and (problem := field.problem()):
                self.add_error(name, problem)
        if self.complete:
            self.check_complete(cleaned)
        self.look_for_oddities(cleaned)
        return cleaned

    @classmethod
    def asks(cls, section: Section, answers: Mapping[str, Any]) -> bool:
        """Whether these answers open the section; all but the conditional ones are always open."""
        name, value = cls.conditions.get(section.slug, ("", ""))
        return not name or answers.get(name) == value

    @property
    def answers(self) -> dict[str, Any]:
        """What is chosen now in the fields that open and close sections."""
        return {name: self[name].value() for name, _value in self.conditions.values()}

    def _forget_errors_of_what_is_not_asked(self) -> set[str]:
        """A closed section stops nobody; what was saved of it before stays as it is."""
        closed = [section for section in self.sections if not self.asks(section, self.answers)]
        names = {name for section in closed for name in section.fields}
        for name in names & set(self.errors):
            del self.errors[name]
        return names

    @classmethod
    def first_values(cls, user: User, unit: OrgUnit) -> dict[str, Any]:
        """What an empty form already knows, so that nobody types it twice."""
        return {}

    def says_anything(self) -> bool:
        """Whether a valid form holds any answer at all."""
        return any(
            value not in (None, "", [], False) for name, value in self.cleaned_data.items() if name != "edits"
        )

    def check_typed(self, cleaned: dict[str, Any]) -> None:
        """Rules between fields that hold even for a draft."""

    def check_complete(self, cleaned: dict[str, Any]) -> None:
        """Rules between fields that hold for a submission."""

    def look_for_oddities(self, cleaned: dict[str, Any]) -> None:
        """Fill ``warnings`` with what a person should look at again."""

    def need(self, name: str, cleaned: dict[str, Any]) -> None:
        """Ask for a field that only this combination of answers makes mandatory."""
        if name not in self.errors and cleaned.get(name) in (None, "", []):
            self.add_error(
                name, forms.ValidationError(self.fields[name].error_messages["required"], code="required")
            )

    def section_states(self) -> list[SectionState]:
        """The state of every section by this form's errors; call it on a complete, bound form."""
        states = []
        for section in self.sections:
            if not self.asks(section, self.answers):
                states.append(SectionState(section, "done", 0))
                continue
            problems = [
                e for name in section.fields if name in self.errors for e in self.errors[name].as_data()
            ]
            missing = sum(problem.code in MISSING for problem in problems)
            state = "wrong" if len(problems) > missing else "missing" if missing else "done"
            states.append(SectionState(section, state, missing))
        return states


def as_posted(form: forms.BaseForm) -> QueryDict:
    """What an unbound form shows, as a browser would post it, so that saved rows pass the same checks."""
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if isinstance(field, SlotField) or value is None:
            continue
        if isinstance(field, RowsField):
            data.update(field.to_post(name, value))
        elif isinstance(field, CodesField | forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
            data.setlist(name, [str(getattr(item, "pk", item)) for item in value])
        elif isinstance(field, forms.BooleanField) and not isinstance(field, YesNoField):
            data.update({name: "on"} if value else {})
        else:
            data[name] = str(field.prepare_value(value))
    return data


def complete_form(form_class: type[RecordForm], record: Record, user: User) -> RecordForm:
    """The complete form bound to what is saved: what is missing before this record can be submitted."""
    data = as_posted(form_class(instance=record, user=user))
    return form_class(data, instance=record, user=user, complete=True)

"""Rows inside a form: a JSON list, typed into a table and checked by a small form per row.

The value is a list of dicts ready for JSON: numbers and dates as text, code items as their keys.
In a page's form a row's control is named ``<field>-<row>-<column>``.
"""

import datetime as dt
import re
from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import ErrorDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

ADD = "rows:add:"
REMOVE = "REMOVE"
Raw = list[dict[str, Any]]
F = TypeVar("F", bound=forms.BaseForm)


def is_row_step(data: Mapping[str, Any]) -> bool:
    """Whether the form was sent only to get another row: to be shown again, neither checked nor saved."""
    return str(data.get("do", "")).startswith(ADD)


def without_errors(form: F) -> F:
    """The bound form, to be shown as typed and not complained about."""
    form._errors = ErrorDict()  # type: ignore[attr-defined]
    return form


class RowsWidget(forms.Widget):
    template_name = "components/rows.html"
    use_fieldset = True

    def __init__(self, row_form_class: type[forms.Form], *, min_rows: int = 1, max_rows: int = 20) -> None:
        super().__init__()
        self.row_form_class = row_form_class
        self.min_rows = min_rows
        self.max_rows = max_rows
        self.partial = False

    def bind(self, index: int, name: str, raw: dict[str, Any] | None) -> forms.Form:
        """The small form of one row; unbound for an empty one."""
        prefix = f"{name}-{index}"
        data = (
            None
            if raw is None
            else {f"{prefix}-{key}": value for key, value in raw.items() if value is not None}
        )
        form = self.row_form_class(data, prefix=prefix, use_required_attribute=False)
        form.partial = self.partial  # type: ignore[attr-defined]
        for field in form.fields.values():
            field.is_mandatory = getattr(field, "is_mandatory", field.required)  # type: ignore[attr-defined]
            field.required = field.required and not self.partial
        return form

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> Raw:
        """What was typed, row by row, blank rows too, so that rows keep their numbers in messages."""
        of_row = re.compile(rf"({re.escape(name)}-([0-9]{{1,4}}))-").match
        found = {match[1]: int(match[2]) for match in map(of_row, data) if match}
        prefixes = sorted(found, key=lambda prefix: found[prefix])[: self.max_rows + 2]
        typed = [self._typed(data, files, prefix) for prefix in prefixes]
        rows = [row for row in typed if row is not None]
        if data.get("do") == f"{ADD}{name}" and len(rows) < self.max_rows:
            rows.append({})
        return rows

    def _typed(self, data: Mapping[str, Any], files: Mapping[str, Any], prefix: str) -> dict[str, Any] | None:
        if data.get(f"{prefix}-{REMOVE}"):
            return None
        fields = self.row_form_class.base_fields
        return {
            key: f.widget.value_from_datadict(data, files, f"{prefix}-{key}") for key, f in fields.items()
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> bool:
        return False

    def first_bad_id(self, name: str, value: Any) -> str:
        """The id of the first control that has an error, for the link in the error summary."""
        for index, raw in enumerate(value or []):
            form = self.bind(index, name, raw)
            for key in form.errors if form.has_changed() else ():
                if key in form.fields:
                    return form[key].id_for_label
        return self.bind(0, name, None)[next(iter(self.row_form_class.base_fields))].id_for_label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shows_errors = bool((attrs or {}).get("aria-invalid"))
        raws: list[dict[str, Any] | None] = list(value or [])[: self.max_rows]
        if not raws or (any((raws[-1] or {}).values()) and len(raws) < self.max_rows):
            raws.append(None)
        raws += [None] * (self.min_rows - len(raws))
        forms_ = [self.bind(index, name, raw) for index, raw in enumerate(raws)]
        context["widget"] |= {
            "rows": [Row(form, index + 1, shows_errors) for index, form in enumerate(forms_)],
            "columns": [
                {"label": f.label, "is_mandatory": getattr(f, "is_mandatory", False)}
                for f in forms_[0].fields.values()
            ],
            "blank": Row(self.bind(0, f"{name}-blank", None), 0, False),
            "add": f"{ADD}{name}",
            "max_rows": self.max_rows,
            "is_full": len(raws) >= self.max_rows,
        }
        return context


class Row:
    """One row as ``components/row.html`` shows it."""

    def __init__(self, form: forms.Form, number: int, shows_errors: bool) -> None:
        self.number = number
        self.prefix = form.prefix
        if not (shows_errors and form.has_changed()):
            without_errors(form)
        self.cells = [Cell(bound, number) for bound in form]


class Cell:
    def __init__(self, bound: forms.BoundField, number: int) -> None:
        self.bound = bound
        self.number = number
        self.errors = list(bound.errors)
        self.id = bound.auto_id
        self.label = bound.label
        self.is_tick = isinstance(bound.field.widget, forms.CheckboxInput)

    @property
    def control(self) -> SafeString:
        widget = copy(self.bound.field.widget)
        attrs: dict[str, Any] = {"class": f"{self._css_class()} {widget.attrs.get('class', '')}".strip()}
        attrs["aria-label"] = self._name(self.number)
        attrs["data-n"] = self._name("{n}")
        attrs["maxlength"] = False
        if self.errors:
            attrs |= {"aria-invalid": "true", "aria-describedby": f"{self.id}_error"}
        if isinstance(widget, forms.NumberInput):
            widget.input_type = "text"
            attrs |= {"inputmode": "decimal", "step": False, "min": False, "max": False}
        return self.bound.as_widget(widget, attrs=attrs)

    def _name(self, number: int | str) -> str:
        return _("Row %(row)s, %(column)s") % {"row": number, "column": self.label}

    def _css_class(self) -> str:
        if self.is_tick:
            return "form-check-input"
        return "form-select" if isinstance(self.bound.field.widget, forms.Select) else "form-control"


class RowsField(forms.Field):
    """A list of rows. ``partial`` lets a draft have gaps inside a row; the types are checked all the same."""

    widget: RowsWidget
    default_error_messages = {
        "required": _("Fill in at least one row."),
        "few": _("Fill in at least %(min)d rows."),
        "many": _("Fill in no more than %(max)d rows."),
        "gap": _("Row %(row)d: %(column)s is missing."),
        "cell": _("Row %(row)d, %(column)s: %(message)s"),
        "row": _("Row %(row)d: %(message)s"),
    }

    def __init__(
        self,
        row_form_class: type[forms.Form],
        *,
        min_rows: int = 0,
        max_rows: int = 20,
        blank_rows: int = 1,
        **kwargs: Any,
    ) -> None:
        self.min_rows = min_rows
        widget = RowsWidget(row_form_class, min_rows=max(min_rows, blank_rows), max_rows=max_rows)
        super().__init__(widget=widget, **kwargs)

    @property
    def partial(self) -> bool:
        return self.widget.partial

    @partial.setter
    def partial(self, value: bool) -> None:
        self.widget.partial = value

    @staticmethod
    def to_post(name: str, value: Raw | None) -> dict[str, Any]:
        """A stored value as the keys a browser would send: for imports and the API."""
        cells = [(i, key, cell) for i, row in enumerate(value or []) for key, cell in row.items()]
        return {f"{name}-{i}-{key}": cell for i, key, cell in cells if cell not in (None, False)}

    def clean(self, value: Raw | None) -> Raw:
        rows, errors = self._check(value or [])
        if errors:
            raise ValidationError(errors)
        if self.required and not self.partial and not rows:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(rows) < self.min_rows and not self.partial and (rows or self.required):
            raise ValidationError(self.error_messages["few"], code="few", params={"min": self.min_rows})
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        rows, errors = self._check(data or [])
        return bool(errors) or rows != self._check(initial or [])[0]

    def _check(self, raws: Raw) -> tuple[Raw, list[ValidationError]]:
        """The filled rows as they are stored, and what is wrong with them."""
        if len(raws) > self.widget.max_rows:
            return [], [self._error("many", max=self.widget.max_rows)]
        bound = [(number, self.widget.bind(number, "row", raw)) for number, raw in enumerate(raws, 1)]
        filled = [(number, form) for number, form in bound if form.has_changed()]
        errors = [error for number, form in filled for error in self._row_errors(number, form)]
        return [{key: _plain(v) for key, v in form.cleaned_data.items()} for _number, form in filled], errors

    def _row_errors(self, number: int, form: forms.Form) -> list[ValidationError]:
        found = []
        for key, errors in form.errors.as_data().items():
            for error in errors:
                message = " ".join(map(str, error.messages))
                if key not in form.fields:
                    found.append(self._error("row", row=number, message=message))
                    continue
                kind = "gap" if error.code == "required" else "cell"
                found.append(self._error(kind, row=number, column=form.fields[key].label, message=message))
        return found

    def _error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


def _plain(value: Any) -> Any:
    """One cell as JSON has it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list | tuple | models.QuerySet):
        return [_plain(item) for item in value]
    return value

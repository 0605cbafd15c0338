"""From JSON to what a browser would send: the forms of the pages judge it, nothing here does."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from keyi.codes.fields import CodesField
from keyi.core.rows import RowsField
from keyi.records.forms.fields import SlotField, YesNoField

from .problems import Problem

SEVERAL = (CodesField, forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
MOST_ITEMS = 200  # of a list inside a record; the forms allow far less
Errors = list[dict[str, str]]


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object; numbers stay the text they were, for the forms to read. Raises Problem."""
    try:
        found = read_json(request.body)
    except RequestDataTooBig as error:
        raise Problem(413, _("The request is larger than 5 MB. Send it in several parts.")) from error
    if not isinstance(found, dict):
        raise Problem(422, _("Send a JSON object: {…}."))
    return found


def read_json(text: bytes | str) -> Any:
    """Any JSON, numbers as text. Raises Problem."""
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
        json.dumps(found, ensure_ascii=False).encode()  # half a character pair is text that nothing can store
    except (ValueError, RecursionError) as error:
        raise Problem(400, _("The request is not JSON, or its parts are nested too deeply.")) from error
    return found


def put(data: QueryDict, fields: Mapping[str, forms.Field], said: Mapping[str, Any], under: str = "") -> None:
    """Write what was said into a form's data; an empty value empties the field. Raises Problem with all errors."""
    errors: Errors = []
    for name, value in said.items():
        field = fields.get(name)
        if field is None or isinstance(field, SlotField):
            message = _("There is no such field. The fields are at /api/docs/.")
            errors.append({"field": f"{under}{name[:60]}", "message": message})
            continue
        try:
            _put(data, name, field, value)
        except _Unfit as unfit:
            errors.append({"field": f"{under}{name}{unfit.place}", "message": unfit.message})
    if errors:
        raise Problem(422, _("The request has something in it that cannot be understood."), errors=errors)


class _Unfit(Exception):
    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.message, self.place = message, place


def _put(data: QueryDict, name: str, field: forms.Field, value: Any) -> None:
    rows = _rows(field, value) if isinstance(field, RowsField) else []
    values = [] if isinstance(field, RowsField) else _values(field, value)
    for key in [key for key in data if key == name or key.startswith(f"{name}-")]:
        del data[key]
    for number, row in enumerate(rows):
        for column, texts in row.items():
            data.setlist(f"{name}-{number}-{column}", texts)
    if values:
        data.setlist(name, values)


def _rows(field: RowsField, value: Any) -> Iterable[dict[str, list[str]]]:
    fields = field.widget.row_form_class.base_fields
    rows = []
    for number, row in enumerate(_list(value)):
        if not isinstance(row, dict):
            raise _Unfit(_("Send a JSON object: {…}."), f".{number}")
        if unknown := next((key for key in row if key not in fields), None):
            raise _Unfit(
                _("There is no such field. The fields are at /api/docs/."), f".{number}.{unknown[:60]}"
            )
        try:
            rows.append({key: texts for key, cell in row.items() if (texts := _values(fields[key], cell))})
        except _Unfit as unfit:
            raise _Unfit(unfit.message, f".{number}") from unfit
    return rows


def _values(field: forms.Field, value: Any) -> list[str]:
    if isinstance(field, SEVERAL):
        return [_text(one) for one in _list(value)]
    if isinstance(field, YesNoField) and isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(field, forms.BooleanField) and not isinstance(field, YesNoField):
        if value is not None and not isinstance(value, bool):
            raise _Unfit(_("Write true or false."))
        return ["on"] if value else []
    text = "" if value is None else _text(value)
    return [text] if text else []


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _Unfit(_("Send a list: […]."))
    if len(value) > MOST_ITEMS:
        raise _Unfit(_("At most %(limit)s entries.") % {"limit": MOST_ITEMS})
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _Unfit(_("Send a text or a number."))


def told(form: forms.BaseForm, under: str = "") -> Errors:
    """The form's own messages by field; what concerns the whole has no field."""
    return [
        {"field": under.rstrip(".") if name == "__all__" else f"{under}{name}", "message": str(message)}
        for name, errors in form.errors.as_data().items()
        for error in errors
        for message in error.messages
    ]


def refused(form: forms.BaseForm) -> Problem:
    return Problem(422, _("Nothing was saved. Correct what stands at the fields."), errors=told(form))

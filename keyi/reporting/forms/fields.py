"""Numbers as people write them."""

from typing import Any

from django import forms
from django.db import models

from keyi.core.text import narrow
from keyi.records.forms.base import form_field


class TidyIntegerField(forms.IntegerField):
    """A whole number: full-width digits, blanks and thousands separators do not matter."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(narrow(value).replace(",", "") if isinstance(value, str) else value)


def operation_field(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    if isinstance(db_field, models.PositiveIntegerField):
        return db_field.formfield(form_class=TidyIntegerField, **kwargs)
    return form_field(db_field, **kwargs)

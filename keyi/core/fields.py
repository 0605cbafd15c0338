"""A bound form field as the page shows it. ``{% field %}`` renders it with ``components/field.html``."""

from copy import copy
from functools import cached_property
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.renderers import get_default_renderer
from django.forms.widgets import Input
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keyi.core.labels import Label

from .rows import RowsWidget

THIS_IS_REQUIRED = forms.Field.default_error_messages["required"]
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def rendered(template_name: str, **context: Any) -> SafeString:
    """A template of a folder ``jinja2``, as ``core/renderer.py`` finds it."""
    return mark_safe(get_default_renderer().render(template_name, context))  # noqa: S308  it escapes by itself


class FieldView:
    """Reads a ``BoundField``, and our own attributes: ``marks`` of its form, ``is_mandatory`` of its field."""

    def __init__(self, bound: BoundField) -> None:
        self.bound = bound
        self.widget = bound.field.widget
        self.id = bound.auto_id or bound.html_name
        self.label = bound.label
        self.hint: Label = bound.help_text

    @cached_property
    def errors(self) -> list[str]:
        """What is wrong. Where Django only says that something is missing, this says what."""
        if not self.bound.form.is_bound:
            return []
        return [self._missing() if text == THIS_IS_REQUIRED else str(text) for text in self.bound.errors]

    def _missing(self) -> str:
        if self.is_file:
            return _("Upload: %(label)s") % {"label": self.label}
        if isinstance(self.widget, forms.Select | forms.RadioSelect):
            return _("Choose: %(label)s") % {"label": self.label}
        return _("Fill in: %(label)s") % {"label": self.label}

    @property
    def is_mandatory(self) -> bool | None:
        """None where it depends on another answer: neither star nor “optional”, the hint says it."""
        if self.bound.field.disabled:
            return None
        return getattr(self.bound.field, "is_mandatory", self.bound.field.required)

    @property
    def star(self) -> SafeString:
        """What stands behind the label: the star, “optional”, or nothing."""
        if self.is_mandatory:
            return mark_safe('<span class="k-req" aria-hidden="true">*</span>')
        return (
            format_html('<span class="k-2nd">{}</span>', _("(optional)"))
            if self.is_mandatory is False
            else SafeString()
        )

    @property
    def has_notes(self) -> bool:
        return bool(self.hint or self.mark or self.errors)

    @property
    def mark(self) -> str:
        """The reviewer's note at this field."""
        return (getattr(self.bound.form, "marks", None) or {}).get(self.bound.name, "")

    @property
    def is_hidden(self) -> bool:
        return self.bound.is_hidden

    @property
    def is_group(self) -> bool:
        """Several controls under one legend."""
        return isinstance(self.widget, (*GROUPS, RowsWidget)) or self.widget.use_fieldset

    @property
    def is_tick(self) -> bool:
        return isinstance(self.widget, forms.CheckboxInput)

    @property
    def limit(self) -> int:
        """The most characters a text may have; 0 where no counter is shown."""
        counts = isinstance(self.widget, forms.Textarea) or "data-count" in self.widget.attrs
        return (getattr(self.bound.field, "max_length", None) or 0) if counts else 0

    @property
    def written(self) -> int:
        return len(str(self.bound.value() or "").replace("\r\n", "\n"))

    @property
    def left(self) -> int:
        return self.limit - self.written

    @property
    def over(self) -> int:
        return self.written - self.limit

    @property
    def anchor(self) -> str:
        """The id a link in the error summary leads to: the first control of the field."""
        if isinstance(self.widget, RowsWidget):
            return self.widget.first_bad_id(self.bound.html_name, self.bound.value()) or self.id
        return f"{self.id}_0" if isinstance(self.widget, GROUPS) else self.id

    @property
    def described_by(self) -> str:
        parts = [("hint", self.hint), ("mark", self.mark), ("error", self.errors), ("count", self.limit)]
        return " ".join(f"{self.id}_{suffix}" for suffix, is_there in parts if is_there)

    @property
    def control(self) -> SafeString:
        widget = copy(self.widget)
        if isinstance(widget, forms.NumberInput):
            widget.input_type = "text"  # a number input loses what is no number, and its spinner falsifies
        return self.bound.as_widget(widget, attrs=self._attrs())

    def _attrs(self) -> dict[str, Any]:
        attrs: dict[str, Any] = {"maxlength": False, "class": self._css_class()}
        if self.errors:
            attrs["aria-invalid"] = "true"
        if self.is_group:
            attrs["required"] = False
            return attrs
        attrs["required"] = bool(self.is_mandatory) and not (self.is_file and self.bound.initial)
        if self.described_by:
            attrs["aria-describedby"] = self.described_by
        if isinstance(self.widget, forms.NumberInput):
            attrs |= {
                "inputmode": "decimal",
                "autocomplete": "off",
                "step": False,
                "min": False,
                "max": False,
            }
        return attrs

    @property
    def is_wide(self) -> bool:
        """Whether the field takes the whole width where short ones stand side by side."""
        return self.is_group or self.is_tick or not isinstance(self.widget, Input | forms.Select)

    @property
    def is_file(self) -> bool:
        return isinstance(self.widget, forms.FileInput)

    def _css_class(self) -> str:
        own = self.widget.attrs.get("class", "")
        if isinstance(self.widget, (forms.CheckboxInput, *GROUPS)):
            return f"form-check-input {own}".strip()
        base = (
            "form-select" if isinstance(self.widget, (forms.Select, forms.SelectMultiple)) else "form-control"
        )
        return f"{base} {own}".strip()

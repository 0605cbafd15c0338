"""Choices as cards, each with a line of meaning."""

from collections.abc import Mapping
from typing import Any

from django import forms

from keyi.core.labels import Label


class _Cards(forms.widgets.ChoiceWidget):
    """``meanings`` maps a value to its line of text; ``in_row`` puts up to three cards side by side."""

    template_name = "components/cards.html"

    def __init__(
        self,
        *args: Any,
        meanings: Mapping[Any, Label] | None = None,
        in_row: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meanings = meanings or {}
        self.in_row = in_row

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["meaning"] = self.meanings.get(str(value), "")
        return option

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["in_row"] = self.in_row
        return context


class ChoiceCards(_Cards, forms.RadioSelect):
    """One of up to five choices."""


class CheckCards(_Cards, forms.CheckboxSelectMultiple):
    """Any of a few choices."""

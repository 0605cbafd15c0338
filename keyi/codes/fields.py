"""Form fields for code lists. Pages send a key; Excel and pages without script send what people write."""

import re
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from keyi.core.text import normalise

from . import memory
from .models import CodeItem, CodeList, CodeQuerySet
from .resolve import Unclear, resolve
from .search import choosable
from .widgets import CodesWidget, ComboWidget

MOST_IN_VAIN = 2_000  # texts that fit nothing are remembered with their candidates


class CodeField(forms.ModelChoiceField):
    """One item of a code list. Accepts its key, its code, its exact label with or without its parents.

    A retired item is refused, except the one the record has already. ``under`` is the code of the branch.
    """

    widget: type[forms.Widget] = ComboWidget
    default_error_messages: ClassVar[dict] = {"required": _("Type a name or code and choose from the list.")}

    def __init__(self, code_list: str, *, leaves_only: bool = False, under: str = "", **kwargs: Any) -> None:
        self.code_list, self.leaves_only, self.under = code_list, leaves_only, under
        self.current: str | None = None
        super().__init__(queryset=CodeItem.objects.none(), **kwargs)  # see choices_now()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        if isinstance(widget, ComboWidget):
            widget.code_list, widget.leaves_only, widget.under = self.code_list, self.leaves_only, self.under
        return super().widget_attrs(widget)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Remember what the record holds now, so that it still saves when its code was retired meanwhile."""
        initial = self.prepare_value(form.get_initial_for_field(self, field_name))
        self.current = str(initial) if initial else None
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> CodeItem | None:
        if value in self.empty_values or not normalise(str(value)):
            return None
        try:
            return self.look_up(value, {self.current})
        except Unclear as unclear:
            if isinstance(self.widget, ComboWidget):
                self.widget.candidates = {0: unclear.candidates}
            raise ValidationError(unclear.message, code="invalid_choice") from unclear

    def look_up(self, typed: Any, current: Collection[str | None]) -> CodeItem:
        """Raises Unclear."""
        key = (self.code_list, self.leaves_only, self.under, str(getattr(typed, "pk", typed)))
        if (item := memory.recall(key)) is not None:
            return item
        in_vain = ("in vain", *key, frozenset(current))
        if (unclear := memory.recall(in_vain)) is not None:
            raise Unclear(unclear.message, unclear.candidates)
        try:
            item = resolve(typed, self.choices_now(), self.code_list, current=current)
        except Unclear as unclear:
            memory.remember(in_vain, unclear, most=MOST_IN_VAIN)
            raise
        if not item.is_retired:  # allowed only where the record has it already
            memory.remember(key, item)
        return item

    def choices_now(self) -> CodeQuerySet:
        return choosable(self.code_list, leaves_only=self.leaves_only, under=self.under)

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class CodesField(CodeField):
    """Several items of one list, as a list in the order of choice. Text is split at ； ， and 、"""

    widget = CodesWidget
    default_error_messages: ClassVar[dict] = {
        "too_few": _("Choose at least %(least)d."),
        "too_many": _("Choose at most %(most)d. Now there are %(number)d: clear some of the rows."),
        "twice": _("“%(label)s” is there twice. Clear one of the rows."),
    }

    def __init__(self, code_list: str, *, least: int = 0, most: int | None = None, **kwargs: Any) -> None:
        self.least, self.most = least, most
        self.current_keys: set[str] = set()
        super().__init__(code_list, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        if isinstance(widget, CodesWidget):
            widget.most = self.most
        return super().widget_attrs(widget)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.current_keys = set(self.prepare_value(form.get_initial_for_field(self, field_name)) or ())
        return forms.Field.get_bound_field(self, form, field_name)

    def prepare_value(self, value: Any) -> list[str]:
        if value is None:
            return []
        values = [value] if isinstance(value, str | CodeItem) else value
        return [item.pk if isinstance(item, CodeItem) else str(item) for item in values]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != [value for value in self.prepare_value(data) if value.strip()]

    def to_python(self, value: Any) -> list[CodeItem]:  # type: ignore[override]
        items: list[CodeItem] = []
        self.widget.candidates, unclear_message = {}, None
        for place, typed in enumerate(self.split(value)):
            try:
                items += [self.pick(typed)] if normalise(typed) else []
            except Unclear as unclear:
                self.widget.candidates[place] = unclear.candidates
                unclear_message = unclear_message or unclear.message
        if unclear_message:
            raise ValidationError(unclear_message, code="invalid_choice")
        return items

    def pick(self, typed: str) -> CodeItem:
        return self.look_up(typed, self.current_keys)

    def split(self, value: Any) -> list[str]:
        """“化学、物理学” as two; “航空、航天科学技术” is one, because there is such a label."""
        values = self.prepare_value(value)
        if not isinstance(value, str):
            return values
        parts = [part for text in values for part in re.split(r"[;；,，|\n]", text) if part.strip()]
        return [piece for part in parts for piece in self.split_label(part)]

    def split_label(self, text: str) -> list[str]:
        if "、" not in text or self.choices_now().filter(label=text.strip()).exists():
            return [text]
        pieces = text.split("、")
        for n in range(len(pieces) - 1, 0, -1):
            head = "、".join(pieces[:n])
            if self.choices_now().filter(label=head.strip()).exists():
                return [head, *self.split_label("、".join(pieces[n:]))]
        return [pieces[0], *self.split_label("、".join(pieces[1:]))]

    def validate(self, value: Any) -> None:
        super().validate(value)
        for place, item in enumerate(value):
            if item in value[:place]:
                raise self.error("twice", label=item.name)
        if value and len(value) < self.least:
            raise self.error("too_few", least=self.least)
        if self.most is not None and len(value) > self.most:
            raise self.error("too_many", most=self.most, number=len(value))

    def clean(self, value: Any) -> list[CodeItem]:
        return forms.Field.clean(self, value)

    def error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class DivisionIterator(ModelChoiceIterator):
    """Counties grouped by their city, in one query."""

    field: "DivisionField"

    def __iter__(self) -> Iterator[tuple]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        items = list(self.field.choices_now().select_related("parent"))
        if self.field.current and all(item.pk != self.field.current for item in items):
            items += CodeItem.objects.filter(pk=self.field.current).select_related("parent")
        for city, counties in groupby(items, key=lambda item: item.parent):
            group = [self.choice(county) for county in counties]
            if city is None or city.parent_id is None:
                yield from group
            else:
                yield city.name, group


class DivisionField(CodeField):
    """A county or city, chosen from a list grouped by city."""

    widget: type[forms.Widget] = forms.Select
    iterator = DivisionIterator
    default_error_messages: ClassVar[dict] = {"required": _("Choose a county or district.")}

    def __init__(self, *, leaves_only: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Please choose"))
        super().__init__(CodeList.DIVISION, leaves_only=leaves_only, **kwargs)

    def label_from_instance(self, obj: CodeItem) -> str:
        return obj.name

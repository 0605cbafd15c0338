"""The type-ahead input. Plain HTML: a text input for a name or code; combo.js makes it a combobox."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from .models import CodeItem


class ComboWidget(forms.Widget):
    """One input. Its value is the key of an item, or what was typed. Its field fills in list and branch."""

    template_name = "codes/widgets/combo.html"
    code_list = ""
    leaves_only = False
    under = ""
    choices: ClassVar[list] = []  # the options come from the server while typing
    candidates: ClassVar[dict[int, list[CodeItem]]] = {}  # by row, after a text that fits several

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = self.rows(value)
        items = CodeItem.objects.in_bulk([row for row in rows if row.isprintable()])  # NUL fits no query
        context["widget"] |= {
            "options_url": self.options_url(),
            "tree_url": reverse("code-tree", args=[self.code_list]),
            "is_group": self.use_fieldset,
        }
        context["widget"]["rows"] = [
            self.row(place, text, items.get(text), context["widget"]) for place, text in enumerate(rows)
        ]
        return context

    def rows(self, value: Any) -> list[str]:
        return [str(value or "")]

    def row(self, place: int, text: str, item: CodeItem | None, widget: dict[str, Any]) -> dict[str, Any]:
        attrs = dict(widget["attrs"])
        candidates = self.candidates.get(place, [])
        if self.use_fieldset:
            attrs["id"] = f"{attrs.get('id', '')}_{place}"
            attrs["required"] = False
            attrs["aria-invalid"] = "true" if candidates else False
        return {
            "number": place + 1,
            "attrs": attrs,
            "key": item.pk if item else "",
            "text": item.shown if item else text,
            "candidates": candidates,
            "pick_name": f"{widget['name']}-pick-{place}",
        }

    def options_url(self) -> str:
        query = {"leaves": "1"} if self.leaves_only else {}
        if self.under:
            query["under"] = self.under
        return reverse("code-options", args=[self.code_list]) + "?" + urlencode(query)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(f"{name}-pick-0") or data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-pick-0" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return not self.is_hidden


class CodesWidget(ComboWidget):
    """One input per item, so that several can be chosen without JavaScript."""

    template_name = "codes/widgets/combos.html"
    use_fieldset = True
    most: int | None = None
    spare = 2

    def rows(self, value: Any) -> list[str]:
        values = [value] if isinstance(value, str) else [str(text) for text in value or ()]
        wanted = self.most if self.most is not None else len(values) + self.spare
        return [*values, *[""] * (wanted - len(values))]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if not hasattr(data, "getlist"):
            return data.get(name)
        values = data.getlist(name)
        return [data.get(f"{name}-pick-{place}") or text for place, text in enumerate(values)]

"""实验室（院系） (form F4)."""

from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.core.text import normalise, refuse_emoji
from keyi.records.forms.fields import PhoneField, TidyCharField, TidyTextField

L = OrgUnit.Level
COUNTED = {"data-count": ""}


class ParentField(forms.ModelChoiceField):
    """By key as the page sends it, or by name as tables and programs write it."""

    def label_from_instance(self, unit: OrgUnit) -> str:
        return unit.name

    def to_python(self, value: Any) -> OrgUnit | None:
        typed = normalise(str(value)) if value not in self.empty_values else ""
        if not typed or (typed.isascii() and typed.isdigit()):
            return super().to_python(value)
        found: Any = self.queryset
        unit = found.filter(name=typed).first()
        if unit is None:
            message = _("There is no department “%(name)s”. Add it first, or write its full name.")
            raise forms.ValidationError(message, code="invalid_choice", params={"name": typed[:60]})
        return unit


class LabForm(forms.ModelForm):
    """A node of the second or third level; the choice of the parent decides which."""

    name = TidyCharField(
        label=_("Name of the laboratory (department)"),
        max_length=50,
        help_text=_("Few words: it stands in lists and charts."),
        widget=forms.TextInput(attrs=COUNTED),
    )
    parent = ParentField(
        OrgUnit.objects.none(),
        label=_("Belongs to"),
        required=False,
        empty_label=None,
        help_text=_("Directly to the unit: second level. To a department: third level."),
    )
    short_name = TidyCharField(
        label=_("Short name"), max_length=20, required=False, widget=forms.TextInput(attrs=COUNTED)
    )
    manager = TidyCharField(label=_("Person in charge"), max_length=20)
    tel = PhoneField(
        label=pgettext_lazy("laboratory", "Telephone"),
        max_length=20,
        help_text=_("Landline with area code, or mobile phone."),
    )
    email = forms.EmailField(label=_("e-mail"), max_length=50, required=False)
    address = TidyCharField(
        label=_("Building"),
        max_length=100,
        required=False,
        help_text=_("Where the laboratory is, for example: building A, 3rd floor."),
    )
    intro = TidyTextField(
        label=_("Introduction"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = OrgUnit
        fields = ["name", "parent", "short_name", "manager", "tel", "email", "address", "intro"]

    def __init__(self, *args: Any, unit: OrgUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        field: Any = self.fields["parent"]
        field.queryset = self._parents()
        field.is_mandatory = True  # filled from the start; without an answer it is the unit
        if self.instance.pk is None:
            self.initial.setdefault("parent", unit.pk)

    def _parents(self) -> Any:
        """The unit itself and its departments; only the unit for a department that has laboratories."""
        own = OrgUnit.objects.filter(pk=self.unit.pk)
        if self.instance.pk and self.instance.children.exists():
            return own
        departments = OrgUnit.objects.filter(parent=self.unit, level=L.DEPARTMENT).exclude(
            pk=self.instance.pk
        )
        in_use = departments.filter(is_active=True) | departments.filter(pk=self.instance.parent_id)
        return (own | in_use).order_by("path")

    def clean_name(self) -> str:
        return refuse_emoji(self.cleaned_data["name"])

    def clean_parent(self) -> OrgUnit:
        parent = self.cleaned_data["parent"] or self.unit
        return self.unit if parent.pk == self.unit.pk else parent

    def clean(self) -> dict[str, Any]:
        """The name is unique under its parent; the constraint behind it catches two windows at once."""
        cleaned = super().clean() or {}
        name, parent = cleaned.get("name"), cleaned.get("parent")
        if (
            name
            and parent
            and OrgUnit.objects.filter(parent=parent, name=name).exclude(pk=self.instance.pk).exists()
        ):
            self.add_error("name", _("There is already a laboratory of this name here."))
        return cleaned

    def _post_clean(self) -> None:
        """The level follows from the parent before the model checks itself."""
        parent = self.cleaned_data.get("parent")
        if parent is not None:
            self.instance.level = L.DEPARTMENT if parent.pk == self.unit.pk else L.LAB
        super()._post_clean()  # type: ignore[misc]  # Django has it, the stubs do not

    def save(self, commit: bool = True) -> OrgUnit:
        if self.instance.pk is None or "parent" in self.changed_data:
            last = OrgUnit.objects.filter(parent=self.cleaned_data["parent"]).aggregate(last=Max("order"))[
                "last"
            ]
            self.instance.order = 0 if last is None else last + 1
        return super().save(commit)

    def validate_unique(self) -> None:
        """Done in ``clean``, with the message at the name."""

    def validate_constraints(self) -> None:
        """Likewise; what is left are constraints no person can break."""


class FirstReviewForm(forms.ModelForm):
    class Meta:
        model = OrgUnit
        fields = ["has_first_review"]
        labels = {"has_first_review": _("What our laboratories submit is first reviewed by the unit")}
        help_texts = {
            "has_first_review": _(
                "Then it waits under “First review” until you pass it to the province or return it."
            )
        }

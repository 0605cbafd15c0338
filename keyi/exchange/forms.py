"""What a unit says to the national platform by itself: its code there, and the texts of a year."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.records.forms.base import form_field

from .models import MessageKind, NationalCode, School, State, UnitEffect


class CodeForm(forms.ModelForm):
    class Meta:
        model = NationalCode
        fields: ClassVar = ["code", "is_on"]
        formfield_callback = form_field

    def clean_code(self) -> str:
        return self.cleaned_data["code"].lower()


class EffectForm(forms.ModelForm):
    class Meta:
        model = UnitEffect
        fields: ClassVar = ["remark", "remarks", "remark_one", "remark_two"]
        formfield_callback = form_field


class SchoolForm(forms.ModelForm):
    class Meta:
        model = School
        fields: ClassVar = ["code", "type_code", "property_code", "holder_code", "share_level", "maker_note"]
        formfield_callback = form_field


class OutboxFilter(forms.Form):
    """Values that are none of the choices filter nothing."""

    state = forms.ChoiceField(
        label=pgettext_lazy("national", "State"), required=False, choices=[("", _("All")), *State.choices]
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("national", "Kind"),
        required=False,
        choices=[("", _("All")), *MessageKind.choices],
    )

    def apply(self, rows: Any) -> Any:
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value} if self.is_bound else {}
        self.is_used = bool(said)
        return rows.filter(**said)

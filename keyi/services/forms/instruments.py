"""Which instrument was used: typed by its number or its name, from the person's own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from keyi.core.text import normalise
from keyi.records.models import Instrument

MOST_OPTIONS = 500  # offered while typing; beyond, a number typed in full is found all the same
MARK = " · "
COLUMNS = ("name", "model_name", "inventory_number", "institution", "unit", "customs")


def instrument_label(instrument: Instrument) -> str:
    """How an instrument stands in the list: inventory number, name, model."""
    parts = (instrument.inventory_number, instrument.name, instrument.model_name)
    return MARK.join(part for part in parts if part)


class InstrumentField(forms.CharField):
    """By 单位内编号, by the whole line that the browser offers, or by a name that only one instrument has."""

    widget = forms.TextInput(attrs={"list": "instrument-options", "autocomplete": "off"})
    instruments: QuerySet[Instrument]

    def offer(self, instruments: QuerySet[Instrument]) -> None:
        self.instruments = instruments.only(*COLUMNS).order_by("inventory_number", "pk")

    def options(self) -> list[str]:
        return [instrument_label(one) for one in self.instruments[:MOST_OPTIONS]]

    def prepare_value(self, value: Any) -> Any:
        return instrument_label(value) if isinstance(value, Instrument) else value

    def clean(self, value: Any) -> Instrument | None:
        typed = normalise(str(super().clean(value) or ""))
        if not typed:
            return None
        number = typed.partition(MARK)[0].strip()
        found = list(self.instruments.filter(inventory_number=number)[:2])
        found = found or list(self.instruments.filter(name=typed)[:2])
        if not found:
            raise ValidationError(
                _("“%(typed)s” is no number of a published instrument of yours. Choose one of the list."),
                params={"typed": typed[:60]},
            )
        if len(found) > 1:
            raise ValidationError(
                _("Several instruments have this name. Write the instrument's number in your unit.")
            )
        return found[0]

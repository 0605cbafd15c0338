"""The papers of a service: contract, invoice, report. Added to a record that is saved."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.records.forms.fields import Slot

HINT = _("pdf, jpg or png, at most 20 MB each, three of a kind.")


def _slot(name: str, label: Any) -> Slot:
    return Slot(name=name, label=label, hint=HINT, kinds=("pdf", "jpg", "png"), max_mb=20, most=3)


PAPERS = {
    slot.name: slot
    for slot in (
        _slot("contract", pgettext_lazy("service", "Contract")),
        _slot("invoice", pgettext_lazy("service", "Invoice")),
        _slot("report", pgettext_lazy("service", "Test report")),
    )
}


class PaperForm(forms.Form):
    """One paper; its content is checked when it is attached."""

    slot = forms.ChoiceField(
        label=pgettext_lazy("service", "Kind of paper"),
        choices=[(slot.name, slot.label) for slot in PAPERS.values()],
    )
    paper = forms.FileField(label=pgettext_lazy("service", "File"), help_text=HINT)

"""佐证材料 in the form of 运行维护."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyi.records.forms.fields import Slot, SlotField, SlotWidget

PROOFS = Slot(
    name="proofs",
    label=_("Proofs"),
    hint=_("Records of hours, invoices, contracts: pdf, jpg or png, at most 20 MB each."),
    kinds=("pdf", "jpg", "png"),
    max_mb=20,
    most=10,
)


class ProofsWidget(SlotWidget):
    template_name = "reporting/widgets/proofs.html"


class ProofsField(SlotField):
    def __init__(self, slot: Slot = PROOFS) -> None:
        super().__init__(slot)
        self.widget: Any = ProofsWidget()
        self.widget.slot = slot
        self.widget.is_required = False

"""The table of record kinds. Data only: a kind that needs code gets its own view."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.core.labels import Label
from keyi.review.models import Record

from .forms.base import RecordForm
from .forms.institution import InstitutionForm
from .forms.instrument import InstrumentForm
from .models import Institution, InstitutionFile, Instrument, InstrumentFile


@dataclass(frozen=True)
class Kind:
    slug: str
    label: Label  # what one record is called
    menu: Label  # the guide's name of its menu
    add: Label  # the heading of an empty form
    model: type[Record]
    file_model: type[InstitutionFile] | type[InstrumentFile]
    form: type[RecordForm]
    is_single: bool = False  # one per unit: no list


KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in [
        Kind(
            Institution.record_kind, pgettext_lazy("record", "Unit information"), _("Unit information management"),
            _("Fill in the unit's information"), Institution, InstitutionFile, InstitutionForm, is_single=True,
        ),
        Kind(
            Instrument.record_kind, pgettext_lazy("record", "Instrument"), _("Instrument management"),
            _("Add an instrument"), Instrument, InstrumentFile, InstrumentForm,
        ),
    ]
}  # fmt: skip


class KindConverter:
    """``<kind:kind>`` in an address: an unknown kind is a 404 for free."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> Kind:
        return KINDS[value]

    def to_url(self, kind: Kind | str) -> str:
        return kind.slug if isinstance(kind, Kind) else kind

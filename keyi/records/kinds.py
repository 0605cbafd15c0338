"""The table of record kinds. Data only: a kind that needs code gets its own view."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.core.labels import Label
from keyi.review.models import Record

from .forms.admin_change import AdminChangeForm
from .forms.base import RecordForm
from .forms.institution import InstitutionForm
from .forms.instrument import InstrumentForm
from .forms.platform import PlatformForm
from .models import (
    AdminChange,
    AdminChangeFile,
    Institution,
    InstitutionFile,
    Instrument,
    InstrumentFile,
    Platform,
    PlatformFile,
)


@dataclass(frozen=True)
class Kind:
    slug: str
    label: Label  # what one record is called
    menu: Label  # the guide's name of its menu
    add: Label  # the heading of an empty form
    model: type[Record]
    file_model: type[AdminChangeFile] | type[InstitutionFile] | type[InstrumentFile] | type[PlatformFile]
    form: type[RecordForm]
    is_asked_for: bool = False  # comes from a public page, not from /work/: only the review knows it
    is_single: bool = False  # one per unit: no list
    is_of_unit: bool = False  # kept by the unit's administrator, and only once the unit is published
    joined: tuple[str, ...] = ("unit",)  # what a row of the list shows from other tables
    searched: tuple[str, ...] = ("name",)  # columns the list's query looks through


KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in [
        Kind(
            Institution.record_kind, pgettext_lazy("record", "Unit information"), _("Unit information management"),
            _("Fill in the unit's information"), Institution, InstitutionFile, InstitutionForm, is_single=True,
        ),
        Kind(
            Platform.record_kind, pgettext_lazy("record", "Innovation platform or testing institution"),
            _("Innovation platform and testing institution management"),
            _("Add an innovation platform or testing institution"), Platform, PlatformFile, PlatformForm,
            is_of_unit=True, joined=("platform_type",),
        ),
        Kind(
            Instrument.record_kind, pgettext_lazy("record", "Instrument"), _("Instrument management"),
            _("Add an instrument"), Instrument, InstrumentFile, InstrumentForm,
            searched=("name", "model_name", "inventory_number"),
        ),
        Kind(
            AdminChange.record_kind, pgettext_lazy("record", "Change of administrator"), _("Change of administrator"),
            _("Ask for a change of administrator"), AdminChange, AdminChangeFile, AdminChangeForm, is_asked_for=True,
        ),
    ]
}  # fmt: skip


class KindConverter:
    """``<kind:kind>`` in an address: an unknown kind is a 404 for free."""

    regex = "|".join(slug for slug, kind in KINDS.items() if not kind.is_asked_for)

    def to_python(self, value: str) -> Kind:
        return KINDS[value]

    def to_url(self, kind: Kind | str) -> str:
        return kind.slug if isinstance(kind, Kind) else kind


class ReviewedKindConverter(KindConverter):
    """``<reviewed:kind>``: also those that are asked for on a public page."""

    regex = "|".join(KINDS)

"""The result list as an Excel file: public fields only, for those signed in."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyi.records.choices import RunStatus, ShareMode
from keyi.search.models import Document

from .find import documents
from .reading import InstrumentCopy, label

AT_ONCE = 500  # copies fetched together
WIDTHS = (16, 32, 30, 20, 26, 14, 22, 28, 24, 20, 14, 12, 12, 18, 12, 12, 44)


def headings() -> list[str]:
    return [
        _("Platform number"), pgettext("instrument", "Name"), _("English name"), pgettext("instrument", "Model"),
        _("Maker"), _("Country of origin"), _("Class"), pgettext("filter", "Unit"),
        _("Laboratory (department)"), _("Place"), _("Original value (10,000 CNY)"), _("Sharing"),
        _("Running state"), _("Fees"), _("In use since"), _("Hours of service last year"), _("Address of the page"),
    ]  # fmt: skip


def rows(ids: list[int], address_of: Callable[[str], str]) -> Iterator[Sequence[Any]]:
    """One row a copy, in the order of the answer. ``address_of`` gives the page of a number."""
    for start in range(0, len(ids), AT_ONCE):
        for document in documents(ids[start : start + AT_ONCE]):
            yield _row(document, address_of)


def _row(document: Document, address_of: Callable[[str], str]) -> list[Any]:
    copy = InstrumentCopy(document)
    fields = copy.fields
    value = fields.get("value_wan")
    country = fields.get("country") or {}
    return [
        copy.slug, copy.title, fields.get("name_en"), fields.get("model_name"), fields.get("manufacturer"),
        country.get("label"), copy.category, copy.unit.get("name"), copy.lab_line, copy.county,
        float(value) if value else None, label(ShareMode, fields.get("share_mode")),
        label(RunStatus, fields.get("run_status")), copy.fee_line, fields.get("started_on"),
        copy.yearly[0]["run"] if copy.yearly else None, address_of(copy.slug),
    ]  # fmt: skip

"""A service record as it is read."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from keyi.core import personal
from keyi.core.labels import Label
from keyi.reporting.oddities import shown

from .choices import Funding, Way
from .forms.papers import PAPERS
from .forms.service import SECTIONS
from .models import ServiceRecord

LABELS = {name: dict(choices.choices) for name, choices in (("ways", Way), ("project_funds", Funding))}


@dataclass(frozen=True)
class Part:
    """One section with what was filled in."""

    slug: str
    label: Label
    rows: list[tuple[str, Label, str]]  # (name of a masked field or nothing, label, text)


def parts(record: ServiceRecord) -> list[Part]:
    """Who the applicant is and how to reach this person is only hinted at."""
    fields = [*ServiceRecord._meta.fields, *ServiceRecord._meta.many_to_many]
    labels = {field.name: field.verbose_name for field in fields}
    return [
        Part(
            section.slug,
            section.label,
            [_row(record, name, labels[name]) for name in section.fields],
        )
        for section in SECTIONS
    ]


def _row(record: ServiceRecord, name: str, label: Label) -> tuple[str, Label, str]:
    is_masked = name in personal.MASKS and getattr(record, name) != ""
    return (
        (name, label, personal.mask(name, getattr(record, name)))
        if is_masked
        else ("", label, _text(record, name))
    )


def _text(record: ServiceRecord, name: str) -> str:
    value = getattr(record, name)
    if name in LABELS:
        return "、".join(str(LABELS[name].get(one, one)) for one in value)
    if name == "subjects":
        return "、".join(item.name for item in value.all())
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in ("started_at", "ended_at"):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    if value in (None, ""):
        return _("Not filled in")
    if name in ("income_yuan", "invoice_yuan", "hours", "amount"):
        return shown(value)
    display = getattr(record, f"get_{name}_display", None)
    return str(display() if display else value)


def papers(record: ServiceRecord) -> list[dict[str, Any]]:
    """The papers by kind, empty kinds too."""
    found = list(record.files.current())
    return [
        {"slot": slot, "files": [file for file in found if file.slot == slot.name]}
        for slot in PAPERS.values()
    ]

"""A service record as it is read."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from keyi.core.labels import Label
from keyi.core.text import mask_email, mask_name, mask_phone
from keyi.reporting.oddities import shown

from .choices import Funding, Way
from .forms.papers import PAPERS
from .forms.service import SECTIONS
from .models import ServiceRecord

LABELS = {name: dict(choices.choices) for name, choices in (("ways", Way), ("project_funds", Funding))}

MASKS = {"applicant": mask_name, "applicant_tel": mask_phone, "applicant_email": mask_email}


@dataclass(frozen=True)
class Part:
    """One section with what was filled in."""

    slug: str
    label: Label
    rows: list[tuple[Label, str]]


def parts(record: ServiceRecord, *, is_masked: bool) -> list[Part]:
    """``is_masked``: the reader does not keep the record, so how to reach the applicant is only hinted at."""
    fields = [*ServiceRecord._meta.fields, *ServiceRecord._meta.many_to_many]
    labels = {field.name: field.verbose_name for field in fields}
    return [
        Part(
            section.slug,
            section.label,
            [(labels[name], _shown(record, name, is_masked)) for name in section.fields],
        )
        for section in SECTIONS
    ]


def _shown(record: ServiceRecord, name: str, is_masked: bool) -> str:
    mask = MASKS.get(name) if is_masked else None
    return mask(getattr(record, name)) if mask else _text(record, name)


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

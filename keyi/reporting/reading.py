"""A 运行维护 as people read it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from keyi.records.models import Instrument

from .forms.operation import SECTIONS
from .models import AnnualOperation, ProofFile
from .oddities import shown, twins


def parts(record: AnnualOperation) -> list[dict[str, Any]]:
    """Section by section: labels and values. What nobody filled in is left out where it was optional."""
    sections = [section for section in SECTIONS if section.slug != "files"]
    return [
        {
            "slug": section.slug,
            "label": section.label,
            "rows": [
                (_label(name), _value(record, name)) for name in section.fields if _is_said(record, name)
            ],
        }
        for section in sections
    ]


def _label(name: str) -> str:
    return str(AnnualOperation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _is_said(record: AnnualOperation, name: str) -> bool:
    return getattr(record, name) not in (None, "")


def _value(record: AnnualOperation, name: str) -> str:
    field = AnnualOperation._meta.get_field(name)
    if isinstance(field, models.CharField) and field.choices:
        return str(getattr(record, f"get_{name}_display")())
    value = getattr(record, name)
    return value if isinstance(value, str) else shown(value)


def files(instrument: Instrument, year: int) -> list[ProofFile]:
    return list(
        ProofFile.objects.filter(
            record__instrument=instrument, record__year=year, removed_at__isnull=True
        ).order_by("order", "pk")
    )


def oddities(record: AnnualOperation) -> list[str]:
    """What is odd about a saved record, in words."""
    found = [
        _("%(label)s: more than half different from last year.") % {"label": _label(name)}
        for name in record.jumps
    ]
    if record.has_same_figures:
        found.append(
            _("%(number)d other instruments of your unit have exactly the same figures.")
            % {"number": twins(record).count()}
        )
    return found

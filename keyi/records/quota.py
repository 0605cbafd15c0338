"""How much room a unit's files take, withdrawn ones too: they stay with the versions that showed them."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit

from .models.files import RecordFile

FULL = _(
    "“%(name)s” was not added: your unit's files take %(used)s and may take %(most)s. Smaller files help; "
    "for more room call the platform."
)


def used(institution: OrgUnit) -> int:
    """Bytes of all files of the 法人单位 and everything below it."""
    return sum(_used_of(model, institution.path) for model in RecordFile.__subclasses__())


def _used_of(model: type[RecordFile], path: str) -> int:
    record: Any = model._meta.get_field("record").related_model  # type: ignore[misc]  # only its kinds have it
    lookup = getattr(record, "unit_lookup", "unit")
    found = model._default_manager.filter(**{f"record__{lookup}__path__startswith": path})
    return found.aggregate(total=Sum("size"))["total"] or 0


def check_room(unit: OrgUnit, size: int, name: str) -> None:
    """Raises ValidationError when ``size`` more bytes are more than the unit may have."""
    institution = unit.ancestor_institution()
    if institution is None or not settings.UNIT_QUOTA:
        return
    taken = used(institution)
    if taken + size > settings.UNIT_QUOTA:
        said = {"name": name, "used": filesizeformat(taken), "most": filesizeformat(settings.UNIT_QUOTA)}
        raise ValidationError(FULL, code="quota", params=said)

"""What opens only when the unit's information is published."""

from keyi.accounts.models import OrgUnit

from .models import Institution


def is_unit_published(unit: OrgUnit) -> bool:
    """Whether the information of the 法人单位 above (or at) this node is on the portal now."""
    return Institution.objects.filter(unit__path=unit.institution_path, is_public=True).exists()


def unit_record(unit: OrgUnit) -> Institution | None:
    """The unit information of the 法人单位 above (or at) this node, if somebody has begun it."""
    return Institution.objects.filter(unit__path=unit.institution_path).first()

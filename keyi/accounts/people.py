"""The scope rule turned round: who may do this here, so that they can be told."""

from django.db.models import QuerySet

from .models import OrgUnit, User
from .roles import CAPABILITIES


def people_who(capability: str, unit: OrgUnit) -> QuerySet[User]:
    """Active people who hold the capability on this unit, by a membership in force here or on any node above."""
    roles = [role for role, held in CAPABILITIES.items() if capability in held]
    steps = unit.path.rstrip("/").split("/")
    paths = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
    return User.objects.filter(
        is_active=True,
        memberships__role__in=roles,
        memberships__unit__path__in=paths,
        memberships__ended_at__isnull=True,
    ).distinct()

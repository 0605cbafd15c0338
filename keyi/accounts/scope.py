"""The one place that turns a person's memberships into a filter or a yes or no."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from .roles import SENSITIVE

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import OrgUnit, User


class ScopedQuerySet(models.QuerySet):
    """For models with a ``unit`` foreign key, or with ``unit_lookup`` naming the way to one."""

    def for_user(self, user: "User | AnonymousUser", capability: str) -> Self:
        """Rows in whose unit's subtree the user holds the capability."""
        if not user.is_authenticated:
            return self.none()
        lookup = getattr(self.model, "unit_lookup", "unit")
        column = f"{lookup}__path" if lookup else "path"
        allowed = Q(pk__in=[])
        for path in user.scope(capability):
            allowed |= Q(**{f"{column}__startswith": path})
        return self.filter(allowed)


def may(user: "User | AnonymousUser", capability: str, unit: "OrgUnit") -> bool:
    """The same rule for one loaded unit, without a query."""
    return user.is_authenticated and any(unit.path.startswith(path) for path in user.scope(capability))


def may_somewhere(user: "User | AnonymousUser", capability: str) -> bool:
    """Whether the user holds the capability on any unit at all: for menus and empty lists."""
    return user.is_authenticated and bool(user.scope(capability))


def is_sensitive(user: "User") -> bool:
    """Whether the person decides or administers for others."""
    return any(may_somewhere(user, capability) for capability in SENSITIVE)

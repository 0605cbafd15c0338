"""注册 of a 法人单位管理员: unit, person and role come into being together, or not at all."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from keyi.audit import log

from . import passwords, tasks
from .models import Membership, OrgUnit, User
from .roles import Role
from .terms import TERMS_VERSION
from .tree import city_node


@transaction.atomic
def register(data: dict[str, Any]) -> User:
    """Open the account for the cleaned data of ``RegisterForm``.

    Raises IntegrityError when somebody else took the account name or the code a moment before.
    """
    unit = OrgUnit.objects.create(
        level=OrgUnit.Level.INSTITUTION, parent=city_node(data["division"]), name=data["unit_name"],
        uscc=data["uscc"], nature=data["nature"], division=data["division"],
    )  # fmt: skip
    user = User.objects.create(
        username=data["username"], real_name=data["real_name"], mobile=data["mobile"], email=data["email"],
        terms_version=TERMS_VERSION, terms_agreed_at=timezone.now(),
    )  # fmt: skip
    passwords.change_password(user, data["password"])
    Membership.objects.create(user=user, unit=unit, role=Role.INSTITUTION_ADMIN)
    log.record(user, "register", user, unit=unit.name, uscc=unit.uscc, terms=TERMS_VERSION)
    tasks.mail_confirmation.defer(user_id=user.pk, address=user.email)
    return user


def administrator_of(uscc: str) -> tuple[OrgUnit, User | None] | None:
    """The unit already registered under this code and who looks after it."""
    unit = OrgUnit.objects.filter(uscc=uscc).first()
    if unit is None:
        return None
    membership = (
        unit.memberships.in_force().filter(role=Role.INSTITUTION_ADMIN).select_related("user").first()
    )
    return unit, membership.user if membership else None

"""Who may do what. Pure data: imports no model, so any module may read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Capability(models.TextChoices):
    VIEW = "view", _("View")
    EDIT = "edit", _("Edit")
    ENDORSE = "endorse", _("First review for the unit")
    APPROVE = "approve", _("Approve for the province")
    PUBLISH = "publish", _("Publish")
    MANAGE_LABS = "manage_labs", _("Manage laboratories")
    MANAGE_ACCOUNTS = "manage_accounts", _("Manage laboratory accounts")
    MANAGE_CONTENT = "manage_content", _("Manage notices and downloads")
    MANAGE_SYSTEM = "manage_system", _("Manage code lists and accounts")
    AUDIT = "audit", _("Read the log of actions")
    MANAGE_SECURITY = "manage_security", _("Look after the accounts of the province")
    ACT_FOR_UNIT = "act_for_unit", _("Act in a unit's name for a short time")


class Role(models.TextChoices):
    LAB_MANAGER = "lab_manager", _("Laboratory administrator")
    INSTITUTION_ADMIN = "institution_admin", _("Unit administrator")
    REVIEWER = "reviewer", _("Province reviewer")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    AUDITOR = "auditor", _("Audit administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")


# whoever holds one of these decides or administers for others: shorter sessions, a second factor
SENSITIVE = (
    Capability.APPROVE, Capability.MANAGE_SYSTEM, Capability.AUDIT, Capability.MANAGE_SECURITY,
)  # fmt: skip

C = Capability
CAPABILITIES: dict[str, frozenset[str]] = {
    Role.LAB_MANAGER: frozenset({C.VIEW, C.EDIT}),
    Role.INSTITUTION_ADMIN: frozenset({C.VIEW, C.EDIT, C.ENDORSE, C.MANAGE_LABS, C.MANAGE_ACCOUNTS}),
    Role.REVIEWER: frozenset({C.VIEW, C.APPROVE, C.PUBLISH, C.MANAGE_CONTENT}),
    Role.SYSTEM_ADMIN: frozenset({C.MANAGE_SYSTEM, C.MANAGE_CONTENT, C.ACT_FOR_UNIT}),
    Role.SECURITY_ADMIN: frozenset({C.MANAGE_SECURITY}),
    Role.AUDITOR: frozenset({C.AUDIT}),  # who may read the log may change nothing
}

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .roles import Role


class UnitNature(models.TextChoices):
    """单位性质, as on the paper application form."""

    UNIVERSITY = "university", _("University")
    INSTITUTE = "institute", _("Research institute")
    ENTERPRISE = "enterprise", _("Enterprise")
    INTERMEDIARY = "intermediary", _("Intermediary")
    OTHER = "other", pgettext_lazy("nature of the unit", "Other")


class Identity(models.TextChoices):
    """As whom one signs in; only a help for people, the account decides."""

    INSTITUTION = "institution", _("Managing unit")
    LAB = "lab", _("Laboratory (department)")
    PLATFORM = "platform", _("Platform administration")


IDENTITY_OF = {
    Role.INSTITUTION_ADMIN: Identity.INSTITUTION,
    Role.LAB_MANAGER: Identity.LAB,
    Role.REVIEWER: Identity.PLATFORM,
    Role.SYSTEM_ADMIN: Identity.PLATFORM,
    Role.AUDITOR: Identity.PLATFORM,
    Role.SECURITY_ADMIN: Identity.PLATFORM,
}

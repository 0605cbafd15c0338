from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitNature(models.TextChoices):
    """单位性质, as on the paper application form."""

    UNIVERSITY = "university", _("University")
    INSTITUTE = "institute", _("Research institute")
    ENTERPRISE = "enterprise", _("Enterprise")
    INTERMEDIARY = "intermediary", _("Intermediary")
    OTHER = "other", pgettext_lazy("nature of the unit", "Other")

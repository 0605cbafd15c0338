"""The short lists of a service record: those of the national interface's service records, and of users."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """服务方式"""

    OCCUPIED = "occupied", _("The user operates it")
    TECHNICAL = "technical", _("With technical support")
    COMMISSIONED = "commissioned", _("Commissioned test")
    REMOTE = "remote", pgettext_lazy("service", "Remote")
    OTHER = "other", pgettext_lazy("service", "Other way")


class Client(models.TextChoices):
    """服务对象"""

    INTERNAL = "internal", _("Inside the unit")
    EXTERNAL = "external", _("Outside the unit")


class Direction(models.TextChoices):
    """服务类型"""

    RESEARCH = "research", pgettext_lazy("service", "Scientific research")
    DEVELOPMENT = "development", pgettext_lazy("service", "Technical development")
    TEACHING = "teaching", pgettext_lazy("service", "Teaching")
    OTHER = "other", pgettext_lazy("service", "Other purpose")


class Place(models.TextChoices):
    INSIDE = "inside", _("Used inside the unit")
    OUTSIDE = "outside", _("Used outside the unit")


class Satisfaction(models.TextChoices):
    """用户评价"""

    VERY = "very", _("Very satisfied")
    MOSTLY = "mostly", _("Mostly satisfied")
    FAIR = "fair", pgettext_lazy("satisfaction", "Fair")
    NOT = "not", _("Not satisfied")
    VERY_POOR = "very_poor", pgettext_lazy("satisfaction", "Very poor")


class Funding(models.TextChoices):
    """课题经费来源"""

    MAJOR = "major", _("National science and technology major project")
    NSFC = "nsfc", _("National Natural Science Foundation")
    P863 = "863", _("863 Programme")
    SUPPORT = "support", _("National key technology support programme")
    TORCH = "torch", _("Torch Programme")
    SPARK = "spark", _("Spark Programme")
    P973 = "973", _("973 Programme")
    P211 = "211", _("Project 211")
    P985 = "985", _("Project 985")
    PUBLIC = "public", _("Special fund for research in public services")
    NSSFC = "nssfc", _("National Social Science Fund")
    BASIC = "basic", _("National basic science and technology work")
    CONDITIONS = "conditions", _("Science and technology infrastructure programme")
    CENTRAL = "central", _("Other project of the central government")
    LOCAL = "local", _("Local science and technology project")
    OTHER = "other", pgettext_lazy("funding", "Other")
    NONE = "none", pgettext_lazy("funding", "None")


class UserType(models.TextChoices):
    """使用单位类型: subsidies depend on it."""

    ENTERPRISE = "enterprise", pgettext_lazy("user", "Enterprise")
    SME = "sme", pgettext_lazy("user", "Small or medium-sized enterprise")
    UNIVERSITY = "university", pgettext_lazy("user", "University")
    INSTITUTE = "institute", pgettext_lazy("user", "Research institute")
    GOVERNMENT = "government", pgettext_lazy("user", "Government or public institution")
    MEDICAL = "medical", pgettext_lazy("user", "Medical institution")
    TEAM = "team", pgettext_lazy("user", "Start-up team (persons)")
    STUDENT_TEAM = "student_team", pgettext_lazy("user", "Student start-up or team")
    OTHER = "other", pgettext_lazy("user", "Other user")


ENTERPRISES = frozenset({UserType.ENTERPRISE, UserType.SME, UserType.STUDENT_TEAM})
TEAMS = frozenset({UserType.TEAM, UserType.STUDENT_TEAM})


class Origin(models.TextChoices):
    """How the record came in: tells how far to trust it."""

    TYPED = "typed", pgettext_lazy("origin", "Typed")
    SHEET = "sheet", "Excel"
    API = "api", pgettext_lazy("origin", "Sent by another system")

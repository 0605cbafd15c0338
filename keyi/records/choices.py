"""The short lists of the forms: codes in the database, labels on the page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Affiliation(models.TextChoices):
    """隶属关系: notices address centrally and provincially run units apart."""

    CENTRAL = "central", _("Central, in Hunan")
    PROVINCE = "province", _("Provincial")
    CITY = "city", _("City or prefecture")
    COUNTY = "county", _("County, city or district")
    PRIVATE = "private", _("Private")
    OTHER = "other", pgettext_lazy("affiliation", "Other")


class Gender(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")
    UNSAID = "unsaid", _("Not stated")


class Education(models.TextChoices):
    DOCTOR = "doctor", _("Doctorate")
    MASTER = "master", _("Master's degree")
    BACHELOR = "bachelor", _("Bachelor's degree")
    COLLEGE = "college", _("College diploma")
    SECONDARY = "secondary", _("Secondary school")
    OTHER = "other", pgettext_lazy("education", "Other")


class QualificationKind(models.TextChoices):
    CMA = "cma", "CMA"
    CNAS = "cnas", "CNAS"
    OTHER = "other", pgettext_lazy("qualification", "Other")


class InstrumentKind(models.TextChoices):
    INSTRUMENT = "instrument", pgettext_lazy("instrument kind", "Instrument")
    FACILITY = "facility", pgettext_lazy("instrument kind", "Facility")


class Source(models.TextChoices):
    BOUGHT = "bought", _("Bought")
    BUILT = "built", _("Built by the unit")
    GIVEN = "given", _("Gift")
    OTHER = "other", pgettext_lazy("source of the instrument", "Other")


class UsageType(models.TextChoices):
    GENERAL = "general", _("General purpose")
    SPECIAL = "special", _("Special purpose")


class RunStatus(models.TextChoices):
    NORMAL = "normal", _("Running normally")
    STANDBY = "standby", _("Standby")
    REMOTE = "remote", _("In remote service")
    SOME_FAULTS = "some_faults", _("Occasional faults")
    MANY_FAULTS = "many_faults", _("Frequent faults")
    TO_REPAIR = "to_repair", _("Waiting for repair")
    TO_SCRAP = "to_scrap", _("Waiting to be scrapped")


class FundsSource(models.TextChoices):
    CENTRAL = "central", _("Central fiscal funds")
    LOCAL = "local", _("Local fiscal funds")
    OWN = "own", _("The unit's own funds")
    OTHER = "other", pgettext_lazy("funds", "Other funds")


FISCAL = frozenset({FundsSource.CENTRAL, FundsSource.LOCAL})


class ShareMode(models.TextChoices):
    EXTERNAL = "external", _("Shared with everyone")
    INTERNAL = "internal", _("Shared within the unit")
    NONE = "none", _("Not shared")


class NotSharedReason(models.TextChoices):
    SECRET = "secret", _("Classified")
    DEDICATED = "dedicated", _("Dedicated to one task")
    UNFINISHED = "unfinished", _("Still being developed")
    OTHER = "other", pgettext_lazy("reason for not sharing", "Other")


class ChargeUnit(models.TextChoices):
    HOUR = "hour", _("CNY per hour")
    SAMPLE = "sample", _("CNY per sample")
    TIMES = "times", _("CNY per run")
    NEEDLE = "needle", _("CNY per injection")
    DAY = "day", _("CNY per day")
    ITEM = "item", _("CNY per item")


class Weekdays(models.TextChoices):
    WORKDAYS = "workdays", _("Monday to Friday")
    SATURDAY = "saturday", _("Saturday")
    SUNDAY = "sunday", _("Sunday")
    WEEKEND = "weekend", _("Saturday and Sunday")
    EVERY_DAY = "every_day", _("Every day")


class CertificateKind(models.TextChoices):
    VERIFICATION = "verification", _("Verification")
    CALIBRATION = "calibration", _("Calibration")
    METROLOGY = "metrology", _("Metrological confirmation")


class PlatformKind(models.TextChoices):
    PLATFORM = "platform", pgettext_lazy("platform kind", "Innovation platform")
    TESTING = "testing", pgettext_lazy("platform kind", "Testing institution")


class PlatformLevel(models.TextChoices):
    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial or ministerial")
    CITY = "city", _("City level")
    UNIT = "unit", _("Unit level")


FROM_PROVINCE = frozenset({PlatformLevel.NATIONAL, PlatformLevel.PROVINCIAL})  # whom the menu is meant for


class PlatformState(models.TextChoices):
    NORMAL = "normal", pgettext_lazy("platform state", "Normal")
    RECTIFYING = "rectifying", pgettext_lazy("platform state", "Being rectified")
    REVOKED = "revoked", pgettext_lazy("platform state", "Revoked")
    REORGANISED = "reorganised", pgettext_lazy("platform state", "Reorganised")


class EvaluationResult(models.TextChoices):
    EXCELLENT = "excellent", pgettext_lazy("evaluation", "Excellent")
    GOOD = "good", pgettext_lazy("evaluation", "Good")
    PASSED = "passed", pgettext_lazy("evaluation", "Passed")
    FAILED = "failed", pgettext_lazy("evaluation", "Failed")


class FacilityCategory(models.TextChoices):
    DEDICATED = "dedicated", _("Dedicated research facility")
    PUBLIC = "public", _("Public experimental facility")
    WELFARE = "welfare", _("Public service facility")


class Construction(models.TextChoices):
    UNDER_WAY = "under_way", _("Under construction")
    BUILT = "built", pgettext_lazy("construction", "Completed")

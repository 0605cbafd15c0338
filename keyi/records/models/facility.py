from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keyi.records.choices import Construction, FacilityCategory

from .constraints import MAY_HAVE_GAPS

SLOTS = (
    "facility_layout", "facility_parts", "facility_operation", "facility_management", "facility_opening",
    "facility_application", "facility_results",
)  # fmt: skip
FILLED = (
    "facility_competent_dept", "facility_host", "facility_approver", "facility_category",
    "facility_construction", "facility_center", "facility_chief", "facility_chief_unit",
    "facility_chief_tel", "facility_operator", "facility_operator_unit", "facility_operator_tel",
)  # fmt: skip


def _line(label: Any, length: int) -> models.CharField:
    return models.CharField(label, max_length=length, blank=True)


def _text(label: Any, length: int) -> models.TextField:
    return models.TextField(label, max_length=length, blank=True)


class FacilityColumns(models.Model):
    """大科学装置 (form F5b): what a 设施 says beyond an instrument. Columns of the instrument itself, so that drafts,
    history, review and public copy need no second row. All stay empty for a 仪器."""

    facility_short_name = _line(_("English short name"), 150)
    facility_competent_dept = _line(_("Competent department of the facility"), 100)
    facility_host = _line(_("Host unit"), 100)
    facility_approver = _line(_("Approving department"), 100)
    facility_category = models.CharField(
        _("Category of the facility"), max_length=12, choices=FacilityCategory, blank=True
    )
    facility_construction = models.CharField(
        _("State of construction"), max_length=12, choices=Construction, blank=True
    )
    facility_cost_wan = models.DecimalField(
        _("Construction funds (10,000 CNY)"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )  # fmt: skip
    facility_accepted_on = models.DateField(_("Date on which it passed acceptance"), null=True, blank=True)
    facility_center = _text(_("Scientific and technical centre"), 500)
    facility_users_home = _text(_("Main users in China"), 300)
    facility_users_abroad = _text(_("Main users abroad"), 300)
    facility_achievements = _text(_("Major tasks supported and achievements"), 2500)
    facility_chief = _line(_("Chief scientist"), 20)
    facility_chief_post = _line(_("Post of the chief scientist"), 50)
    facility_chief_unit = _line(_("Unit of the chief scientist"), 100)
    facility_chief_tel = _line(_("Telephone of the chief scientist"), 20)
    facility_chief_email = models.EmailField(_("E-mail of the chief scientist"), max_length=50, blank=True)
    facility_operator = _line(_("Head of operation"), 20)
    facility_operator_post = _line(_("Post of the head of operation"), 50)
    facility_operator_unit = _line(_("Unit of the head of operation"), 100)
    facility_operator_tel = _line(_("Telephone of the head of operation"), 20)
    facility_operator_email = models.EmailField(
        _("E-mail of the head of operation"), max_length=50, blank=True
    )
    facility_contact_post = _line(_("Post of the contact person"), 50)
    facility_video = models.URLField(_("Address of a popular science video"), max_length=150, blank=True)

    class Meta:
        abstract = True


FIELDS = tuple(field.name for field in FacilityColumns._meta.local_fields)


def facility_filled() -> models.CheckConstraint:
    """A 设施 in review or published has its F5b."""
    filled = Q(facility_cost_wan__isnull=False)
    for name in FILLED:
        filled &= ~Q(**{name: ""})
    return models.CheckConstraint(
        condition=Q(status__in=MAY_HAVE_GAPS) | ~Q(kind="facility") | filled,
        name="instrument_facility_filled",
    )


def empty_values() -> dict[str, Any]:
    """Every column of F5b as it stands for a 仪器."""
    nulls = {field.name for field in FacilityColumns._meta.local_fields if field.null}
    return {name: None if name in nulls else "" for name in FIELDS}

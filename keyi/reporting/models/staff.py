from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import ScopedQuerySet
from keyi.core.history import keep_history
from keyi.core.sealed import SealedCharField
from keyi.records.choices import Education, Gender
from keyi.records.models import Instrument
from keyi.reporting.choices import Employ, StaffKind

from .period import year_column, year_is_known


class StaffQuerySet(ScopedQuerySet):
    def choosable(self, user: User, institution: OrgUnit) -> Self:
        """Whom this person may put down for an instrument of the 法人单位: the people of the own subtree, and
        those of the whole unit, who belong to no laboratory. The people of other laboratories stay unseen.
        """
        own = self.for_user(user, Capability.EDIT).filter(unit__path__startswith=institution.path)
        return self.filter(Q(pk__in=own.values("pk")) | Q(unit=institution), is_active=True)


@keep_history()
class Staff(models.Model):
    """人员库: a person of a unit, typed once. ``unit`` is the 法人单位 itself (everybody may choose this person)
    or one of its laboratories (only that part of the tree sees this person). Personal data.
    """

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=20)
    gender = models.CharField(_("Gender"), max_length=10, choices=Gender, blank=True)
    birth_month = SealedCharField(_("Month of birth"), max_length=7, blank=True)  # "1985-03"
    education = models.CharField(_("Education"), max_length=20, choices=Education, blank=True)
    title = models.CharField(_("Professional title"), max_length=30)
    post = models.CharField(_("Post"), max_length=30, blank=True)
    tel = models.CharField(pgettext_lazy("person", "Telephone"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), max_length=50, blank=True)
    is_active = models.BooleanField(_("still works here"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("person", "person")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name", "tel", "email"],
                name="staff_once_per_unit",
                violation_error_message=_("This person is already in the list. Choose the name from it."),
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(title=""), name="staff_has_name_and_title"),
            models.CheckConstraint(
                condition=~Q(tel="") | ~Q(email=""),
                name="staff_can_be_reached",
                violation_error_message=_("Fill in the telephone or the e-mail, one of them at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@keep_history()
class AnnualStaff(models.Model):
    """人员维护 (F6): this person operated or maintained this instrument in this year."""

    unit_lookup = "instrument__unit"

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+", db_index=False)
    year = year_column()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="annual")
    kind = models.CharField(_("Kind of work"), max_length=12, choices=StaffKind)
    employ = models.CharField(_("Full-time or part-time"), max_length=4, choices=Employ)
    title = models.CharField(_("Professional title"), max_length=30)  # as it was in that year
    cert = models.CharField(_("Qualification or training"), max_length=100, blank=True)
    cert_on = models.DateField(_("Date of the qualification"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual staff")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "year", "staff", "kind"],
                name="annual_staff_once",
                violation_error_message=_("This person is already down for this work in this year."),
            ),
            models.CheckConstraint(condition=Q(kind__in=StaffKind.values), name="annual_staff_kind_known"),
            models.CheckConstraint(condition=Q(employ__in=Employ.values), name="annual_staff_employ_known"),
            year_is_known("annual_staff_year_known"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.year}"

"""What is sent to the national platform, what it answered, and the yearly texts that only it asks for."""

import secrets
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.accounts.scope import ScopedQuerySet
from keyi.reporting.models.period import year_column, year_is_known

from .national import CENTRE, CUSTOMS, EFFECT, FACILITY, INSTRUMENT, SERVICE

DIGITS = {2: _("Write two digits."), 3: _("Write three digits."), 5: _("Write five digits.")}
NOT_A_CODE = _("Write the 32 digits and letters a to f that the national platform gave.")


class MessageKind(models.IntegerChoices):
    """instruType of the interface; 3 was withdrawn."""

    CENTRE = CENTRE, _("Instrument centre")
    FACILITY = FACILITY, pgettext_lazy("instrument kind", "Facility")
    INSTRUMENT = INSTRUMENT, pgettext_lazy("instrument kind", "Instrument")
    CUSTOMS = CUSTOMS, _("Customs supervision")
    SERVICE = SERVICE, _("Service record")
    EFFECT = EFFECT, _("Effects of the year")


class State(models.TextChoices):
    INCOMPLETE = "incomplete", _("Cannot be sent yet")
    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", pgettext_lazy("national", "Taken")
    REFUSED = "refused", pgettext_lazy("national", "Refused")
    FAILED = "failed", _("Not reached, tried again later")


class NationalCode(models.Model):
    """insCode: how the national platform knows a 法人单位. With it, and switched on, its records are sent."""

    unit = models.OneToOneField(OrgUnit, models.CASCADE, related_name="+")
    code = models.CharField(
        _("The unit's code at the national platform"), max_length=32,
        validators=[RegexValidator(r"^[0-9a-fA-F]{32}$", NOT_A_CODE)],
    )  # fmt: skip
    is_on = models.BooleanField(_("Send our published records to the national platform"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="national_code_once")]

    def __str__(self) -> str:
        return f"{self.unit}"


class Outgoing(models.Model):
    """The newest message about one thing. ``what`` names it: “instruments:12”, “services:7”, “effect:2025”."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")  # the 法人单位
    kind = models.PositiveSmallIntegerField(choices=MessageKind)
    what = models.CharField(max_length=60)
    needs = models.CharField(max_length=60, blank=True)  # the ``what`` that has to be there before
    label = models.CharField(max_length=200)
    message = models.JSONField()  # element → text
    digest = models.CharField(max_length=64)
    problems = models.JSONField(default=list)  # [[label, sentence]]: why it cannot be sent
    state = models.CharField(pgettext_lazy("national", "State"), max_length=10, choices=State)
    code = models.CharField(max_length=10, blank=True)  # the last answer
    answer = models.TextField(blank=True)
    tries = models.PositiveIntegerField(default=0)  # of this message; beginning anew when it changes
    next_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "what"], name="outgoing_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="outgoing_state_known"),
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="outgoing_kind_known"),
            models.CheckConstraint(
                condition=Q(state=State.INCOMPLETE, next_at__isnull=True) & ~Q(problems=[])
                | ~Q(state=State.INCOMPLETE) & Q(problems=[]),
                name="outgoing_incomplete_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=[State.WAITING, State.FAILED]), name="outgoing_due"
            ),
            models.Index(fields=["unit", "state"], name="outgoing_of_unit"),
        ]

    def __str__(self) -> str:
        return self.label


class Attempt(models.Model):
    """One try and what came back."""

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(auto_now_add=True)
    code = models.CharField(max_length=10, blank=True)  # empty: nobody answered
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.outgoing_id} {self.code}"


class Position(models.Model):
    """How far the published records have been looked through."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


def _token() -> str:
    return secrets.token_hex(16)


def _digits(number: int) -> RegexValidator:
    return RegexValidator(rf"^[0-9]{{{number}}}$", DIGITS[number])


def _place(table: "EffectTable", _name: str) -> str:
    return f"national/{table.token[:2]}/{table.token}.xlsx"


class UnitEffect(models.Model):
    """服务成效 of one year: what people write; its figures are counted."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    year = year_column()
    remark = models.TextField(_("How it helped the unit's own research"), max_length=2000)
    remarks = models.TextField(_("How it helped others"), max_length=2000)
    remark_one = models.TextField(
        _("How large facilities were opened and shared"), max_length=2000, help_text=_("Without one write “none”.")
    )  # fmt: skip
    remark_two = models.TextField(_("Rules and people"), max_length=2000)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="unit_effect_once"),
            year_is_known("unit_effect_year_known"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"

    @property
    def texts(self) -> dict[str, Any]:
        return {
            "remark": self.remark, "remarks": self.remarks, "remarkOne": self.remark_one, "remarkTwo": self.remark_two,
        }  # fmt: skip


class School(models.Model):
    """What the education ministry asks of a university and nobody else does."""

    class ShareLevel(models.IntegerChoices):
        NONE = 0, pgettext_lazy("share level", "None of these")
        TEACHING = 1, _("Training of high quality")
        RESEARCH = 2, _("Research of high quality")
        WEST = 3, _("Support for the west of the country")
        INTERNATIONAL = 4, _("International cooperation")
        ENTERPRISE = 5, _("Support for enterprises")
        SAFETY = 6, _("Public safety")

    unit = models.OneToOneField(OrgUnit, models.CASCADE, related_name="+")
    code = models.CharField(_("School code"), max_length=5, validators=[_digits(5)])
    type_code = models.CharField(_("Code of the school's type"), max_length=2, validators=[_digits(2)])
    property_code = models.CharField(_("Code of the school's nature"), max_length=2, validators=[_digits(2)])
    holder_code = models.CharField(_("Code of who runs the school"), max_length=3, validators=[_digits(3)])
    share_level = models.PositiveSmallIntegerField(_("What its sharing is known for"), choices=ShareLevel)
    maker_note = models.CharField(
        _("Qualification of makers"), max_length=200,
        help_text=_(
            "The ministry asks it for every instrument. What stands here is sent for all; without one write “none”."
        ),
    )  # fmt: skip
    token = models.CharField(
        max_length=32, unique=True, default=_token, editable=False
    )  # of the open addresses

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.unit}"


class EffectTable(models.Model):
    """A table that the national platform fetches: whoever knows its token may read it."""

    effect = models.ForeignKey(UnitEffect, models.CASCADE, related_name="tables")
    element = models.CharField(max_length=30)  # intensityFileUrl, specializationFileUrl
    token = models.CharField(max_length=32, unique=True, default=_token, editable=False)
    file = models.FileField(upload_to=_place, max_length=100)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.element

    @property
    def address(self) -> str:
        return f"{settings.SITE_URL}{reverse('national-table', args=[self.token])}"

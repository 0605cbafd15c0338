"""Tokens by which a unit's own systems read and write here, and the answers given to repeated requests."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.accounts.scope import ScopedQuerySet


class TokenQuerySet(ScopedQuerySet):
    def in_force(self) -> Any:
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


class Token(models.Model):
    """Lets a program act for its person at one unit and below. Only a digest of the secret is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    unit = models.ForeignKey(
        OrgUnit, models.CASCADE, related_name="+", verbose_name=pgettext_lazy("token", "Works for")
    )
    name = models.CharField(pgettext_lazy("token", "Name"), max_length=50)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the secret, in hex
    start = models.CharField(max_length=12, editable=False)  # the secret's beginning, to tell tokens apart
    is_code = models.BooleanField(default=False, editable=False)  # for the national platform's interface
    may_write = models.BooleanField(pgettext_lazy("token", "May write"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(pgettext_lazy("token", "Valid until"))
    used_at = models.DateTimeField(_("Last used"), null=True, editable=False)
    used_from = models.GenericIPAddressField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="token_digest_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, so that sending it again does nothing twice."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)  # SHA-256 of method, address and body, in hex
    http_status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return self.key

"""Making, finding and ending tokens. The secret itself is shown once and kept nowhere."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import pghistory
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from keyi.accounts.address import client_address
from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.audit import context, log

from .models import Token
from .problems import Problem

MARK = "keyi_"  # so that a secret that got out is recognised as one
SHOWN = 12
RECENTLY = timedelta(minutes=1)  # the last use is written down no more often
READING = (Capability.VIEW,)
WRITING = (Capability.VIEW, Capability.EDIT)


def digest_of(secret: str) -> str:
    """A plain digest is enough: the secret is random and long, nobody can go through all of them."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(
    person: User, unit: OrgUnit, *, name: str, may_write: bool, days: int, is_code: bool = False
) -> tuple[Token, str]:
    """The token and its secret; as a code it has the 32 characters that systems for the national platform send."""
    secret = secrets.token_hex(16) if is_code else MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=person, unit=unit, name=name, may_write=may_write, digest=digest_of(secret),
        start=secret[: SHOWN // 2 if is_code else SHOWN], is_code=is_code,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    log.record(person, "token.create", token, unit=unit.pk, may_write=may_write, days=days)
    return token, secret


@transaction.atomic
def revoke(token: Token, person: User) -> None:
    if Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        log.record(person, "token.revoke", token)


def find(secret: str, *, is_code: bool = False) -> Token | None:
    """The token in force, its person narrowed to what the token may; None for anything else."""
    tokens = Token.objects.in_force().filter(is_code=is_code).select_related("person", "unit")
    token = tokens.filter(digest=digest_of(secret)).first()
    if token is None or not token.person.is_active:
        return None
    token.person.narrow(token.unit, WRITING if token.may_write else READING)
    return token if token.person.scope(Capability.VIEW) else None


def note_use(token: Token, request: HttpRequest) -> None:
    context.name_token(token.pk)
    pghistory.context(user=token.person_id, token=token.pk)
    now = timezone.now()
    if token.used_at is None or timezone.localdate(token.used_at) != timezone.localdate(now):
        log.record(token.person, "token.use", token)  # once a day; what it writes stands in the log each time
    if token.used_at is None or now - token.used_at > RECENTLY:
        Token.objects.filter(pk=token.pk).update(used_at=now, used_from=client_address(request) or None)


class Bearer(HttpBearer):
    """``request.auth`` becomes the token."""

    def __init__(self, *, writes: bool = False) -> None:
        super().__init__()
        self.writes = writes

    def __call__(self, request: HttpRequest) -> Any:
        token = super().__call__(request)
        if token is None:
            detail = _(
                "Send a valid token: “Authorization: Bearer keyi_…”. Tokens are made under “My account”."
            )
            raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
        if self.writes and not token.may_write:
            raise Problem(403, _("This token may only read. Make one that may write."))
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = find(token)
        if found is not None:
            note_use(found, request)
        return found


READS, WRITES = Bearer(), Bearer(writes=True)

"""What a person may ask for (个人信息保护法 44 to 47): a copy of the own data, and an end of the account.

Business records stay when an account is closed; the name behind them is replaced.
"""

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from keyi.audit import log
from keyi.audit.models import Entry

from . import second_factor
from .models import KeptInput, User
from .opening import end_membership
from .roles import Role

CLOSED_NAME = _("Closed account")
MOST_ENTRIES = 10_000  # of the log, the newest
STAYS = frozenset(
    {Role.INSTITUTION_ADMIN, Role.REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}
)


def collect(user: User) -> dict[str, Any]:
    """Everything kept about the person as such, ready for JSON."""
    entries = Entry.objects.filter(actor=user).order_by("-pk")[:MOST_ENTRIES]
    return {
        "account": {
            "username": user.username, "real_name": user.real_name, "mobile": user.mobile, "email": user.email,
            "email_verified_at": _iso(user.email_verified_at), "terms_version": user.terms_version,
            "terms_agreed_at": _iso(user.terms_agreed_at), "joined_at": _iso(user.date_joined),
        },
        "roles": [
            {"role": row.role, "unit": row.unit.name, "ended_at": _iso(row.ended_at)}
            for row in user.memberships.select_related("unit").order_by("pk")
        ],
        "sign_ins": [
            {"at": _iso(row.at), "address": row.address, "browser": row.browser} for row in user.logins.all()
        ],
        "kept_typing": list(KeptInput.objects.filter(user=user).values("path", "data")),
        "actions": [
            {"at": _iso(one.at), "action": one.action, "to": one.label, "address": one.address} for one in entries
        ],
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def why_not(user: User) -> Any:
    """Why this account cannot be closed by its owner; empty when it can."""
    held = {row.role for row in user.memberships.in_force()} & STAYS
    if Role.INSTITUTION_ADMIN in held:
        return _("Your unit needs an administrator. Hand over first: “Ask for a change of administrator”.")
    return (
        _("Accounts of the province are ended by the province. Ask its system administrator.") if held else ""
    )


@transaction.atomic
def close(user: User) -> None:
    """End every right and session, and replace what says who it was. The log keeps what was done."""
    for membership in user.memberships.in_force():
        end_membership(membership)
    log.record(user, "account.close", user)
    second_factor.switch_off(user)
    Session.objects.filter(session_key__in=user.logins.exclude(session_key="").values("session_key")).delete()
    user.logins.update(address=None, browser="", session_key="")
    KeptInput.objects.filter(user=user).delete()
    user.refresh_from_db()
    user.username, user.real_name = f"closed-{user.pk}", str(CLOSED_NAME)
    user.mobile, user.email, user.is_active = "", f"closed-{user.pk}@invalid.invalid", False
    user.set_unusable_password()
    user.save()

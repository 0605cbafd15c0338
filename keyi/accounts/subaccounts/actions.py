"""What the administrator of a unit does with the accounts of its laboratories (F8)."""

from typing import Any

from django.db import transaction

from keyi.audit import log

from .. import tasks
from ..limits import allow
from ..models import Membership, OrgUnit, User
from ..opening import end_membership, new_account, queue_link
from ..roles import Role

MAILS = 5  # links per account and hour


class LabTaken(Exception):
    """Another account of the laboratory is switched on."""


@transaction.atomic
def open_account(lab: OrgUnit, data: dict[str, Any], actor: User) -> Membership:
    """A new account without a password, and the mail with the link to set one.

    Raises IntegrityError when somebody else took the account name or the laboratory a moment before.
    """
    user = new_account(data)
    membership = Membership.objects.create(user=user, unit=lab, role=Role.LAB_MANAGER)
    log.record(actor, "lab_account.create", user, lab=lab.name, lab_id=lab.pk)
    queue_link(user, actor)
    return membership


@transaction.atomic
def change_account(membership: Membership, data: dict[str, Any], actor: User) -> str:
    """Name, mobile, mail. A new address is to be confirmed again; which mail went there: "", "confirm" or "link"."""
    user = User.objects.select_for_update().get(pk=membership.user_id)
    changed = [name for name in ("real_name", "mobile", "email") if getattr(user, name) != data[name]]
    if not changed:
        return ""
    old_address, was_confirmed = user.email, user.email_verified_at is not None
    for name in changed:
        setattr(user, name, data[name])
    if "email" in changed:
        user.email_verified_at = None
    user.save(update_fields=[*changed, "email_verified_at"])
    log.record(actor, "lab_account.edit", user, changed=changed)
    if "email" not in changed:
        return ""
    if was_confirmed:
        tasks.mail_notice.defer(user_id=user.pk, notice="email_changed", to=old_address)
    if user.has_usable_password():
        tasks.mail_confirmation.defer(user_id=user.pk, address=user.email)
        return "confirm"
    queue_link(user, actor)
    return "link"


def send_link(membership: Membership, actor: User) -> bool:
    """The mail icon: a link for a new password; False when too many were sent within the hour."""
    if not allow("link-mail", membership.user_id, limit=MAILS):
        return False
    with transaction.atomic():
        queue_link(membership.user, actor)
        log.record(actor, "lab_account.mail", membership.user)
    return True


@transaction.atomic
def switch_off(membership: Membership, actor: User) -> None:
    """The sessions end, nobody can sign in with it, and the laboratory is free for another account."""
    if end_membership(membership):
        log.record(actor, "lab_account.off", membership.user, lab=membership.unit.name)


@transaction.atomic
def switch_on(membership: Membership, actor: User) -> None:
    """Raises LabTaken when the laboratory has got another account meanwhile."""
    OrgUnit.objects.select_for_update().get(pk=membership.unit_id)
    others = Membership.objects.in_force().filter(unit=membership.unit_id, role=membership.role)
    if others.exclude(pk=membership.pk).exists():
        raise LabTaken
    if Membership.objects.filter(pk=membership.pk, ended_at__isnull=False).update(ended_at=None):
        User.objects.filter(pk=membership.user_id).update(is_active=True)
        log.record(actor, "lab_account.on", membership.user, lab=membership.unit.name)

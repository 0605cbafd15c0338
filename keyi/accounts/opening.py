"""Opening accounts for other people, and ending their rights."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from . import tasks
from .models import LinkMail, Membership, User


def new_account(data: dict[str, Any], **values: Any) -> User:
    """An account without a password: its owner sets one by a link. Raises IntegrityError for a taken name."""
    names = ("username", "real_name", "mobile", "email")
    user = User(**{name: data[name] for name in names}, **values)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


@transaction.atomic
def end_membership(membership: Membership) -> bool:
    """The person's right here ends now, with every session; an account with nothing left is switched off.

    False when it had ended before.
    """
    running = Membership.objects.in_force().filter(pk=membership.pk)
    if not running.update(ended_at=timezone.now()):
        return False
    person = User.objects.filter(pk=membership.user_id)
    person.update(session_round=F("session_round") + 1)
    if not Membership.objects.in_force().filter(user=membership.user_id).exists():
        person.update(is_active=False)
    return True


def queue_link(user: User, actor: User) -> None:
    mail = LinkMail.objects.create(user=user, asked_by=actor)
    tasks.mail_reset.defer(user_id=user.pk, link_mail_id=mail.pk)

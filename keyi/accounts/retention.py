"""How long what is only kept for a while is kept. Business records and the log of actions are not in this table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from .models import KeptInput, LinkMail, Login, SpentChallenge, Tally

# what, how long, how it is found
PERIODS: tuple[tuple[str, timedelta, Callable[[Any], Any]], ...] = (
    ("sign-ins", timedelta(days=365), lambda since: Login.objects.filter(at__lt=since)),
    (
        "typing that was never saved",
        timedelta(days=90),
        lambda since: KeptInput.objects.filter(saved_at__lt=since),
    ),
    ("mails with links", timedelta(days=180), lambda since: LinkMail.objects.filter(asked_at__lt=since)),
    ("counts of tries", timedelta(days=2), lambda since: Tally.objects.filter(started_at__lt=since)),
    ("proofs of work", timedelta(0), lambda since: SpentChallenge.objects.filter(expires_at__lt=since)),
    ("sessions", timedelta(0), lambda since: Session.objects.filter(expire_date__lt=since)),
)


def delete_old() -> dict[str, int]:
    """How many rows of each kind were deleted."""
    now = timezone.now()
    return {what: find(now - period).delete()[0] for what, period, find in PERIODS}

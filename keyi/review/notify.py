"""Tells the people a step concerns: whoever is next, or whoever filled in the record."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from keyi.accounts.models import User
from keyi.accounts.people import people_who
from keyi.accounts.roles import Capability
from keyi.inbox.send import send_message

from .models import Record, ReviewEvent
from .status import Status

NEXT: dict[str, Capability] = {
    Status.SUBMITTED: Capability.ENDORSE,
    Status.ENDORSED: Capability.APPROVE,
    Status.APPROVED: Capability.PUBLISH,
}
HISTORY_LANGUAGE = "zh-hans"  # of what is stored for others to read, whoever writes it
TO_OWNER = frozenset({Status.RETURNED, Status.PUBLISHED, Status.OFFLINE})


def label_of(user: User) -> str:
    """Unit and role of a person as others see them in the history, without the full name."""
    home = user.home
    with override(HISTORY_LANGUAGE):
        return f"{home.unit.name} {home.get_role_display()}" if home else user.username


def after(event: ReviewEvent, record: Record) -> None:
    """Send the messages one step calls for. Mail goes out after the transaction, from the worker."""
    if record.tell(event):
        return
    if record.status in NEXT:
        people, link = (
            people_who(NEXT[record.status], record.unit),
            reverse("review-record", args=[record.record_kind, record.pk]),
        )
    elif record.status in TO_OWNER:
        people, link = (
            people_who(Capability.EDIT, record.unit),
            reverse("record-detail", args=[record.record_kind, record.pk]),
        )
    else:
        return
    with override(HISTORY_LANGUAGE):  # the recipient's language, not the actor's
        subject = _("%(record)s: %(state)s") % {"record": record, "state": record.get_status_display()}
    for person in people.exclude(pk=event.actor_id):
        send_message(person, subject=subject, body=event.comment, link=link)

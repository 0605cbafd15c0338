"""提交: the one way a record enters the review."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.review.models import Record
from keyi.review.status import EDITABLE
from keyi.review.workflow import StaleState, history, perform

from .forms.base import RecordForm, complete_form
from .kinds import KINDS, Kind


class Incomplete(Exception):
    """The record has gaps or faults; ``form`` is the complete form with its errors."""

    def __init__(self, form: RecordForm) -> None:
        super().__init__("incomplete")
        self.form = form


def check(record: Record, user: User) -> RecordForm:
    """The complete form over what is saved, validated: its errors are what still stands in the way."""
    kind: Kind = KINDS[record.record_kind]
    form = complete_form(kind.form, record, user)
    form.is_valid()
    return form


@transaction.atomic
def submit(kind: Kind, pk: int, user: User, *, seen_edits: int | None = None) -> Record:
    """Check the saved record completely, under lock, and send it into review.

    Raises the model's DoesNotExist (foreign record), StaleState (already in review, or saved elsewhere since it
    was looked at), ValidationError (mail address not confirmed) or Incomplete.
    """
    if user.email_verified_at is None:
        raise ValidationError(_("Confirm your e-mail address first: open the link in the mail we sent you."))
    records = kind.model.objects.for_user(user, Capability.EDIT).select_related("unit")
    record = records.select_for_update(of=("self",)).get(pk=pk)
    if record.status not in EDITABLE or (seen_edits is not None and record.edits != seen_edits):
        raise StaleState(history(record).first())
    form = check(record, user)
    if form.errors:
        raise Incomplete(form)
    record.prepare_submission()
    perform(record, "submit", user)
    return record


@transaction.atomic
def submit_request(record: Record, requester: User) -> None:
    """Hand in what somebody without rights of their own has asked for; the caller holds the row's lock."""
    form = check(record, requester)
    if form.errors:
        raise Incomplete(form)
    perform(record, "submit", requester)

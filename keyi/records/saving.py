"""Saving a valid form of a record: the same for the page and for every program that fills one in."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from keyi.accounts.models import User
from keyi.audit import log

from .forms.base import RecordForm


def save(form: RecordForm, user: User) -> bool:
    """False, with the reason in the form, where the database refuses what a race let through."""
    record = form.instance
    record.edits += 1
    record.updated_by = user
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as error:
        record.edits -= 1
        form.add_error(None, _refusal(form, error))
        return False
    log.record(user, "record.save", record, changed=form.changed_data)
    return True


def _refusal(form: RecordForm, error: IntegrityError) -> ValidationError:
    """The constraint's own sentence."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    for constraint in form.instance._meta.constraints:
        if constraint.name == name:
            return ValidationError(constraint.get_violation_error_message())
    raise error

"""Filling in, submitting and deciding, through the real forms and the real workflow."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from keyi.accounts.models import User
from keyi.records import submission
from keyi.records.forms.fields import slots_of
from keyi.records.kinds import KINDS
from keyi.records.uploads import attach
from keyi.review.models import Record
from keyi.review.workflow import perform, perform_all

from .typed import Typed


class NotValidError(Exception):
    """The demo's own data does not pass a form."""


def save(record: Record, typed: Typed, user: User) -> Record:
    """保存, as the form's page does it."""
    form = KINDS[record.record_kind].form(_posted(typed), instance=record, user=user)
    if not form.is_valid():
        raise NotValidError(f"{typed['name']}: {form.errors.as_data()}")
    record.edits += 1
    record.updated_by = user
    return form.save()


def _posted(typed: Typed) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is not None:
            data[name] = value
    return data


def add_file(record: Record, slot: str, name: str, content: bytes, user: User) -> None:
    kind = KINDS[record.record_kind]
    attach(record, slots_of(kind.form)[slot], SimpleUploadedFile(name, content), user)


def submit(record: Record, user: User) -> None:
    try:
        submission.submit(KINDS[record.record_kind], record.pk, user)
    except submission.Incomplete as incomplete:
        raise NotValidError(f"{record}: {incomplete.form.errors.as_data()}") from incomplete
    record.refresh_from_db()


def publish(record: Record, reviewer: User) -> None:
    perform_all(record, ["approve", "publish"], reviewer)


def send_back(record: Record, reviewer: User, reason: str, marks: dict[str, str]) -> None:
    perform(record, "return", reviewer, comment=reason, marks=marks)


def step(record: Record, name: str, user: User, **values: Any) -> None:
    perform(record, name, user, **values)

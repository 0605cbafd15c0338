"""Writing service records: the one place that saves and deletes them."""

from django.db import IntegrityError, transaction

from keyi.accounts.models import User
from keyi.audit import log

from .choices import Origin
from .forms.service import ServiceForm
from .models import ServiceRecord

PLATFORM_NUMBER = "FW"  # 服务, before the number that the platform gives


class TakenNumberError(Exception):
    """Another window took the number first; the form has the message."""


@transaction.atomic
def save(form: ServiceForm, user: User, *, origin: str = Origin.TYPED) -> ServiceRecord:
    """Save a valid form. Raises TakenNumberError, with the reason at the field, and saves nothing then."""
    record, is_new = form.instance, form.instance.pk is None
    record.updated_by = user
    if is_new:
        record.origin, record.form_key = origin, form.cleaned_data.get("form_key")
    else:
        record.edits += 1
    try:
        with transaction.atomic():
            form.save()
            if not record.number:
                record.number = f"{PLATFORM_NUMBER}{record.pk:08d}"
                record.save(update_fields=["number"])
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name != "service_number_once_per_unit":
            raise
        form.add_error("number", ServiceRecord.taken_message())
        raise TakenNumberError from error
    log.record(user, "service.create" if is_new else "service.save", record, changed=form.changed_data)
    return record


@transaction.atomic
def delete(record: ServiceRecord, user: User) -> None:
    log.record(user, "service.delete", record, year=record.year, instrument=record.instrument_id)
    record.delete()

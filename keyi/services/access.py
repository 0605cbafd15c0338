"""Which service records a person sees, and which may be written now."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may

from .forms.service import is_closed
from .models import ServiceRecord

PARTS = ("instrument__unit__parent", "instrument__institution", "updated_by")


def get_seen(user: User, pk: int) -> ServiceRecord:
    """The record, or 404: foreign, or none."""
    record = (
        ServiceRecord.objects.for_user(user, Capability.VIEW).select_related(*PARTS).filter(pk=pk).first()
    )
    if record is None:
        raise Http404
    return record


def get_kept(user: User, pk: int) -> ServiceRecord:
    """The record of somebody who may write it. 404 when foreign, 403 for those who only read it."""
    record = get_seen(user, pk)
    if not may(user, Capability.EDIT, record.instrument.unit):
        raise PermissionDenied
    return record


def may_write(user: User, record: ServiceRecord) -> bool:
    return may(user, Capability.EDIT, record.instrument.unit) and not is_closed(
        record.instrument, record.year
    )

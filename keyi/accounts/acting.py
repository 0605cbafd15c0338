"""Staff in a unit's name: for half an hour, with a reason, announced to the unit, and every step of it in the log."""

from datetime import timedelta

import pghistory
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from keyi.audit import context, log

from .models import Acting, OrgUnit, User

LASTS = timedelta(minutes=30)
KEY = "acting"  # in the session


@transaction.atomic
def begin(request: HttpRequest, user: User, unit: OrgUnit, reason: str) -> Acting:
    """From the next request on the person holds what the unit's administrator holds, and nothing else."""
    now = timezone.now()
    acting = Acting.objects.create(staff=user, unit=unit, reason=reason, ends_at=now + LASTS)
    log.record(user, "acting.begin", unit, reason=reason, until=acting.ends_at.isoformat())
    request.session[KEY] = acting.pk
    return acting


@transaction.atomic
def end(request: HttpRequest, user: User, acting: Acting) -> None:
    request.session.pop(KEY, None)
    if Acting.objects.filter(pk=acting.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
        log.record(user, "acting.end", acting.unit)


def take_up(request: HttpRequest, user: User) -> Acting | None:
    """The running time in a unit's name, put into force for this request; None when there is none any more."""
    found = Acting.objects.select_related("unit").filter(
        pk=request.session[KEY], staff=user, ended_at__isnull=True, ends_at__gt=timezone.now()
    )
    acting = found.first()
    if acting is None:
        request.session.pop(KEY, None)
        return None
    user.act_for(acting)
    context.name_unit(acting.unit_id)
    pghistory.context(acting_for=acting.unit_id)
    return acting

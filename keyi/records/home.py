"""工作台: what waits for this person, and how the unit's records stand."""

from typing import Any, cast

from django.db.models import Count, Q
from django.http import HttpRequest

from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.review.models import ReviewEvent
from keyi.review.status import Status

from .kinds import KINDS
from .models import Institution, Instrument, Platform

RECENT = 5


def home_context(request: HttpRequest) -> dict[str, Any]:
    """What the page needs of the records. The page itself is reporting's, which adds the yearly maintenance."""
    user = request.user
    context: dict[str, Any] = {
        "is_owner": may_somewhere(user, Capability.EDIT),
        "is_unit": may_somewhere(user, Capability.MANAGE_LABS),
        "is_province": may_somewhere(user, Capability.APPROVE),
        "keeps_content": may_somewhere(user, Capability.MANAGE_CONTENT),
        "keeps_system": may_somewhere(user, Capability.MANAGE_SYSTEM),
    }
    if context["is_owner"]:
        context |= _owner(request)
    context["queue"] = _queue(request, is_province=context["is_province"])
    return context


def _queue(request: HttpRequest, *, is_province: bool) -> list[tuple[Any, int]]:
    """How many records of each kind wait for this reviewer; empty for a unit nothing waits at."""
    if not is_province and not may_somewhere(request.user, Capability.ENDORSE):
        return []
    kinds = [kind for kind in KINDS.values() if is_province or not kind.is_asked_for]
    counts = [(kind, kind.model.objects.awaiting(request.user).count()) for kind in kinds]
    return counts if is_province else [(kind, count) for kind, count in counts if count]


def _owner(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    instruments = Instrument.objects.for_user(user, Capability.EDIT)
    platforms = Platform.objects.for_user(user, Capability.EDIT)
    unit_record = Institution.objects.for_user(user, Capability.EDIT).select_related("unit").first()
    counts = instruments.aggregate(
        draft=Count("pk", filter=Q(status=Status.DRAFT, is_public=False)),
        submitted=Count("pk", filter=Q(status=Status.SUBMITTED)),
        waiting=Count("pk", filter=Q(status__in=[Status.ENDORSED, Status.APPROVED])),
        returned=Count("pk", filter=Q(status=Status.RETURNED)),
        revision=Count("pk", filter=Q(status=Status.DRAFT, is_public=True)),
        published=Count("pk", filter=Q(status=Status.PUBLISHED)),
        offline=Count("pk", filter=Q(status=Status.OFFLINE)),
        total=Count("pk"),
    )
    labs = OrgUnit.objects.for_user(user, Capability.EDIT).filter(
        level__in=[OrgUnit.Level.DEPARTMENT, OrgUnit.Level.LAB]
    )
    return {
        "unit_record": unit_record,
        "counts": counts,
        "has_labs": labs.exists(),
        "events": _recent_events(instruments, platforms, unit_record),
        "platforms_returned": platforms.filter(status=Status.RETURNED).count(),
    }


def _recent_events(instruments: Any, platforms: Any, unit_record: Institution | None) -> list[ReviewEvent]:
    """The newest steps on the records this person keeps, each with its record's name."""
    mine = Q(kind=Instrument.record_kind, object_id__in=instruments.values("pk"))
    mine |= Q(kind=Platform.record_kind, object_id__in=platforms.values("pk"))
    if unit_record is not None:
        mine |= Q(kind=Institution.record_kind, object_id=unit_record.pk)
    events = list(ReviewEvent.objects.filter(mine)[:RECENT])
    names = {
        (kind.slug, record.pk): str(record)
        for kind in KINDS.values()
        for record in kind.model.objects.filter(
            pk__in=[e.object_id for e in events if e.kind == kind.slug]
        ).select_related("unit")
    }
    for event in cast("list[Any]", events):
        event.record_name = names.get((event.kind, event.object_id), "")
    return events

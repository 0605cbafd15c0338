"""审核中心: what waits for this person's decision, oldest first, over all kinds of records."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.core.pages import paginate, render_page
from keyi.core.text import normalise
from keyi.records.kinds import KINDS, Kind
from keyi.review.models import Record
from keyi.review.status import Status
from keyi.review.workingdays import REVIEW_DAYS, latest_overdue_day, waited_days

from .forms import PUBLISHED, QueueFilter

REVIEWING = (Capability.APPROVE, Capability.PUBLISH, Capability.ENDORSE)
PER_PAGE = 20
MOST_UNITS = 100  # found by name


@dataclass(frozen=True)
class Row:
    """One record of the queue. ``left`` is in working days, negative when overdue."""

    kind: Kind
    record: Record
    waited: int
    left: int

    @property
    def over(self) -> int:
        return -self.left


@login_required
@require_GET
def review_queue(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not any(may_somewhere(user, capability) for capability in REVIEWING):
        raise PermissionDenied
    province = is_province(user)
    filters = QueueFilter(request.GET, is_province=province)
    asked = filters.asked
    page = paginate(request, found(user, asked), PER_PAGE)
    page.object_list = rows(list(page.object_list))
    context = {
        "page": page,
        "filters": filters,
        "is_used": filters.is_used,
        "is_published": asked.get("state") == PUBLISHED,
        "is_province": province,
        "has_first_review": not province and user.home is not None and user.home.unit.has_first_review,
        "limit": REVIEW_DAYS,
    }
    return render_page(
        request, "records/reviewing/queue.html", context, partial="records/reviewing/queue_rows.html"
    )


def is_province(user: User) -> bool:
    """Whether this is the province's review centre, or a unit's own first review."""
    return may_somewhere(user, Capability.PUBLISH)


def found(user: User, asked: dict[str, Any]) -> QuerySet:
    """(kind, pk, since) of the records asked for: the longest waiting first, or the newest publications first."""
    is_published = asked.get("state") == PUBLISHED
    since = "published_at" if is_published else "submitted_at"
    parts = []
    for kind in KINDS.values():
        if asked.get("kind") not in (None, "", kind.slug):
            continue
        records = _published(kind, user) if is_published else kind.model.objects.awaiting(user)
        records = _narrow(records, asked).order_by()
        parts.append(records.annotate(kind_slug=Value(kind.slug)).values_list("kind_slug", "pk", since))
    both = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return both.order_by(f"-{since}" if is_published else since, "pk")


def _published(kind: Kind, user: User) -> QuerySet:
    return kind.model.objects.for_user(user, Capability.PUBLISH).filter(status=Status.PUBLISHED)


def _narrow(records: QuerySet, asked: dict[str, Any]) -> QuerySet:
    if city := asked.get("city"):
        records = records.filter(unit__path__startswith=city.path)
    if word := normalise(asked.get("q") or ""):
        records = records.filter(_named(word))
    if asked.get("what") == "first":
        records = records.filter(is_public=False)
    elif asked.get("what") == "revision":
        records = records.filter(is_public=True)
    if asked.get("overdue"):
        records = records.filter(submitted_at__lt=_midnight_after_latest_overdue_day())
    return records


def _named(word: str) -> Q:
    """The record or its 法人单位 has the word in its name."""
    units = OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION, name__icontains=word)
    named = Q(name__icontains=word)
    for path in units.values_list("path", flat=True)[:MOST_UNITS]:
        named |= Q(unit__path__startswith=path)
    return named


def _midnight_after_latest_overdue_day() -> datetime:
    return timezone.make_aware(datetime.combine(latest_overdue_day() + timedelta(1), time.min))


def rows(found: list[tuple[str, int, Any]]) -> list[Row]:
    """The records behind the found keys, in the same order, with one query per kind."""
    loaded = {slug: _load(kind, [pk for s, pk, _at in found if s == slug]) for slug, kind in KINDS.items()}
    return [_row(KINDS[slug], loaded[slug][pk]) for slug, pk, _at in found if pk in loaded[slug]]


def _load(kind: Kind, pks: list[int]) -> dict[int, Record]:
    return kind.model.objects.select_related("unit__parent__parent").in_bulk(pks)


def _row(kind: Kind, record: Record) -> Row:
    waited = waited_days(record.submitted_at) if record.submitted_at else 0
    return Row(kind, record, waited, REVIEW_DAYS - waited)


def neighbours(user: User, kind: Kind, pk: int) -> dict[str, Any]:
    """The queue around one record: the ones before and after it, and how many others wait."""
    keys = [(slug, number) for slug, number, _at in found(user, {})]
    here = (kind.slug, pk)
    if here not in keys:
        return {"before": None, "after": keys[0] if keys else None, "others": len(keys)}
    place = keys.index(here)
    after = keys[place + 1 : place + 2] or keys[:1]
    return {
        "before": keys[place - 1] if place else None,
        "after": after[0] if after[0] != here else None,
        "others": len(keys) - 1,
    }

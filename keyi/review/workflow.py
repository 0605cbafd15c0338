"""The review workflow: a table of transitions and the one function that performs them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.audit import log
from keyi.core.labels import Label
from keyi.search import public

from . import notify
from .models import Record, ReviewEvent
from .status import EDITABLE, Status

S, C = Status, Capability
MAX_COMMENT = 500
WRITTEN_DOWN = frozenset({"submit", "publish"})  # the steps whose event keeps what the record says


@dataclass(frozen=True)
class Transition:
    """One row of the rule book: from which states, to which state, who may, and whether a reason is due.

    A row without capabilities is the requester's: of a person who holds no right here yet.
    """

    name: str
    label: Label
    sources: frozenset[str]
    target: str
    capabilities: tuple[str, ...]
    needs_comment: bool = False


class StaleState(Exception):
    """Somebody else moved the record first, or the page was outdated. ``event`` is the step that came first."""

    def __init__(self, event: ReviewEvent | None = None) -> None:
        super().__init__("stale state")
        self.event = event


def _row(
    name: str, label: Any, sources: Iterable[str], target: str, *who: str, needs_comment: bool = False
) -> Transition:
    return Transition(name, label, frozenset(sources), target, who, needs_comment)


SUBMIT_TO_UNIT = _row("submit", pgettext_lazy("review", "Submit"), EDITABLE, S.SUBMITTED, C.EDIT)
SUBMIT_TO_PROVINCE = _row("submit", pgettext_lazy("review", "Submit"), EDITABLE, S.ENDORSED, C.EDIT)
LATER = (
    _row("recall", _("Recall"), [S.SUBMITTED, S.ENDORSED], S.DRAFT, C.EDIT),
    _row("endorse", _("Pass to the province"), [S.SUBMITTED], S.ENDORSED, C.ENDORSE),
    _row(
        "decline", pgettext_lazy("review", "Return"), [S.SUBMITTED], S.RETURNED, C.ENDORSE, needs_comment=True
    ),
    _row("approve", _("Approve"), [S.ENDORSED], S.APPROVED, C.APPROVE),
    _row(
        "return",
        pgettext_lazy("review", "Return"),
        [S.ENDORSED, S.APPROVED],
        S.RETURNED,
        C.APPROVE,
        needs_comment=True,
    ),
    _row("publish", _("Publish"), [S.APPROVED], S.PUBLISHED, C.PUBLISH),
    _row("revise", _("Revise"), [S.PUBLISHED, S.OFFLINE], S.DRAFT, C.EDIT),
    _row("take_down", _("Take offline"), [S.PUBLISHED], S.OFFLINE, C.EDIT, C.PUBLISH, needs_comment=True),
)

# 单位管理员变更: somebody asks, the province decides, nothing becomes public
REQUEST = (
    _row("submit", pgettext_lazy("review", "Submit"), EDITABLE, S.ENDORSED),
    _row(
        "return", pgettext_lazy("review", "Return"), [S.ENDORSED], S.RETURNED, C.APPROVE, needs_comment=True
    ),
    _row("grant", pgettext_lazy("review", "Grant"), [S.ENDORSED], S.GRANTED, C.APPROVE),
)
FLOWS = {"publication": (SUBMIT_TO_PROVINCE, *LATER), "request": REQUEST}


def submit_row(record: Record, user: User) -> Transition:
    """Where a submission goes: to the unit's own administrator first when the unit chose so, else to the province."""
    path = record.unit.institution_path
    first = OrgUnit.objects.filter(path=path, has_first_review=True).exists() if path else False
    return SUBMIT_TO_UNIT if first and not may(user, C.ENDORSE, record.unit) else SUBMIT_TO_PROVINCE


def _find(record: Record, name: str, user: User) -> Transition:
    if name == "submit" and record.flow == "publication":
        return submit_row(record, user)
    return next(row for row in FLOWS[record.flow] if row.name == name)


def _holds(user: User, row: Transition, record: Record) -> bool:
    if not row.capabilities:
        return record.is_requester(user)
    return any(may(user, capability, record.unit) for capability in row.capabilities)


def available(record: Record, user: User) -> list[Transition]:
    """The steps this person can take on this record now, in the order of the table."""
    rows = FLOWS[record.flow]
    return [row for row in rows if record.status in row.sources and _holds(user, row, record)]


@transaction.atomic
def perform(
    record: Record,
    name: str,
    user: User,
    *,
    comment: str = "",
    marks: dict[str, str] | None = None,
    seen_version: int | None = None,
) -> ReviewEvent:
    """Take one step. The only code that writes ``status``.

    In this order: right (PermissionDenied), reason (ValidationError), compare-and-swap on what the person saw
    (StaleState), effect on the public copy, history and audit entries, messages to whoever is next.
    ``record`` is refreshed in place.
    """
    return perform_all(record, [name], user, comment=comment, marks=marks, seen_version=seen_version)


@transaction.atomic
def perform_all(
    record: Record,
    names: Iterable[str],
    user: User,
    *,
    comment: str = "",
    marks: dict[str, str] | None = None,
    seen_version: int | None = None,
) -> ReviewEvent:
    """Several steps or none: 通过并发布 is two rights and one button. Only the last step is told to people."""
    version = record.version if seen_version is None else seen_version
    for name in names:
        event = _take(record, _find(record, name, user), user, comment.strip(), marks or {}, version)
        version = record.version
    notify.after(event, record)
    return event


def _take(
    record: Record, row: Transition, user: User, comment: str, marks: dict[str, str], seen_version: int
) -> ReviewEvent:
    if not _holds(user, row, record):
        raise PermissionDenied
    if row.needs_comment and not comment:
        raise ValidationError(
            {"comment": _("Write the reason. The person who filled in the record will read it.")}
        )
    if len(comment) > MAX_COMMENT:
        raise ValidationError(
            {"comment": _("The text is longer than %(max)d characters.") % {"max": MAX_COMMENT}}
        )
    before = record.status
    _swap(record, row, comment, marks, seen_version)
    if record.status == S.GRANTED:
        record.take_effect(user)
    return _write_history(record, row, before, user, comment, marks)


def _swap(record: Record, row: Transition, comment: str, marks: dict[str, str], seen_version: int) -> None:
    """Move the status if nobody else has; then the columns and the public copy that go with the new state."""
    model, now = type(record), timezone.now()
    changes: dict[str, Any] = {"status": row.target}
    if row.name == "submit":
        changes |= {
            "receipt": _next_receipt(now),
            "version": F("version") + 1,
            "submitted_at": now,
            "marks": {},
            "reason": "",
        }
    elif row.target in (S.RETURNED, S.OFFLINE):
        changes |= {"reason": comment, "marks": marks}
    if row.target == S.OFFLINE:
        changes["is_public"] = False
    if row.target == S.PUBLISHED:
        changes |= {"is_public": True, "published_at": now, "marks": {}, "reason": ""}
        record.prepare_publication()  # before the swap: a published record without its number is refused
    swapped = model.objects.filter(
        pk=record.pk, status=record.status, status__in=row.sources, version=seen_version
    ).update(**changes)
    if swapped != 1:
        raise StaleState(history(record).first())
    record.refresh_from_db(from_queryset=_whole(model) if row.name in WRITTEN_DOWN else None)
    if row.target == S.PUBLISHED:
        public.publish(
            record.record_kind, record.pk,
            unit_path=record.unit.path, version=record.version, at=now, copy=record.public_copy(),
        )  # fmt: skip
    elif row.target == S.OFFLINE:
        public.withdraw(record.record_kind, record.pk)


def _whole(model: type[Record]) -> Any:
    """With the rows that its foreign keys name: read one by one they take a question each."""
    names = [field.name for field in model._meta.concrete_fields if field.many_to_one]
    return model._base_manager.select_related(*names)


def _next_receipt(now: Any) -> str:
    """受理编号: the day and a number from a sequence, so two submissions never share one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('review_receipt')")
        return f"{timezone.localtime(now):%Y%m%d}{cursor.fetchone()[0]:06d}"


def _write_history(
    record: Record, row: Transition, before: str, user: User, comment: str, marks: dict[str, str]
) -> ReviewEvent:
    event = ReviewEvent.objects.create(
        kind=record.record_kind,
        object_id=record.pk,
        transition=row.name,
        from_status=before,
        to_status=record.status,
        version=record.version,
        actor=user,
        actor_label=notify.label_of(user),
        comment=comment,
        marks=marks,
        snapshot=record.snapshot() if row.name in WRITTEN_DOWN else None,
    )
    log.record(user, f"record.{row.name}", record, version=record.version, comment=comment)
    return event


def history(record: Record) -> Any:
    """The record's steps, newest first."""
    return ReviewEvent.objects.filter(kind=record.record_kind, object_id=record.pk)

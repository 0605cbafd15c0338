"""The record page of the review centre: everything a decision is made from."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from keyi.accounts import kept
from keyi.core.text import mask_name
from keyi.records.kinds import Kind
from keyi.records.models import AdminChange, Institution, Instrument, Platform
from keyi.records.present import Item, Part, sections
from keyi.review import workflow
from keyi.review.models import Record, ReviewEvent
from keyi.review.status import EDITABLE, IN_REVIEW, Status
from keyi.review.workingdays import REVIEW_DAYS, due_date, waited_days
from keyi.search.models import Document

from . import checks
from .diff import PICTURES, compare, field_count
from .forms import DecisionForm, decisions
from .queue import is_province, neighbours

POINTS = {
    Institution.record_kind: (
        _("Name and code agree with the certificate"),
        _("The application form is stamped and complete"),
        _("The rules for sharing and fees are the unit's own and in force"),
        _("The contact can be reached by the office telephone"),
    ),
    Platform.record_kind: (
        _("Name, level and date agree with the approval document"),
        _("The host unit is this unit, or the unit may enter the platform"),
        _("The CMA number, its validity and the list of capabilities agree with the certificate"),
        _("The contact can be reached by the office telephone"),
    ),
    AdminChange.record_kind: (
        _("The letter names the new administrator and bears the unit's seal"),
        _("The name on the seal is the registered name of the unit"),
        _("The unit confirmed it by its office telephone"),
    ),
    Instrument.record_kind: (
        _("The photos are clear and real, not from the web"),
        _("No people are in the photos"),
        _("The location is exact to the floor"),
        _("The specifications have exact figures"),
        _("The fees agree with the unit's rules for fees"),
    ),
}
PORTAL_PAGES = {
    Institution.record_kind: "unit",
    Platform.record_kind: "platform",
    Instrument.record_kind: "instrument",
}
STEP_LABELS = {
    row.name: row.label for row in (workflow.SUBMIT_TO_PROVINCE, *workflow.LATER, *workflow.REQUEST)
}
OWN_STEPS = frozenset({"submit", "recall", "revise"})


@dataclass(frozen=True)
class Shown:
    """One value with the note that is being written at it; ``takes_note``: the note's box stands here."""

    item: Item
    note: str
    takes_note: bool


def show(
    request: HttpRequest, kind: Kind, record: Record, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    events = list(workflow.history(record).select_related("actor"))
    content = content_to_review(record, events)
    if form is None:
        form = DecisionForm(kind=kind, initial={"version": record.version})
        kept.restore(request, form)
    offered = decisions(record, request.user)
    changes, same, base = _changes(kind, record, events, content)
    changed = {change.name for change in changes}
    takes_notes = any(decision.name == "return" for decision in offered.values())
    context = {
        "kind": kind,
        "is_province": is_province(request.user),
        "record": record,
        "form": form,
        "decisions": offered.values(),
        "takes_notes": takes_notes,
        "marked": sum(bool(form.typed(name)) for section in kind.form.sections for name in section.fields),
        "base": base,
        "changes": [(change, form.typed(change.name)) for change in changes],
        "same": same,
        "parts": _parts(kind, content, form, takes_notes, changed),
        "total": field_count(kind.slug, content),
        "files": content["files"],
        "pictures": [file for file in content["files"] if file["type"] in PICTURES],
        "papers": [file for file in content["files"] if file["type"] not in PICTURES],
        "findings": checks.look(record, request.user) if record.status in IN_REVIEW else None,
        "history": [_step(event) for event in events],
        "points": _points(kind, request),
        "portal": _portal_address(record),
        "is_revision": base is not None,
        "around": neighbours(request.user, kind, record.pk),
    }
    return render(request, "records/reviewing/record.html", context | _waiting(record), status=status)


def content_to_review(record: Record, events: list[ReviewEvent]) -> dict[str, Any]:
    """What was last submitted or published; typing that nobody has submitted is not for the reviewer."""
    for event in events:
        if event.snapshot is not None:
            return event.snapshot
    if record.status in EDITABLE:
        raise Http404
    return record.snapshot()


def _changes(
    kind: Kind, record: Record, events: list[ReviewEvent], content: dict[str, Any]
) -> tuple[list, int, ReviewEvent | None]:
    """The changes since the last published version; none for a first submission and for what is published."""
    base = next(
        (event for event in events if event.transition == "publish" and event.snapshot is not None), None
    )
    if base is None or base.snapshot is None or record.status == Status.PUBLISHED:
        return [], 0, None
    changes, same = compare(kind.slug, base.snapshot, content)
    return changes, same, base


def _parts(
    kind: Kind, content: dict[str, Any], form: DecisionForm, takes_notes: bool, changed: set[str]
) -> list[tuple[Part, list[Shown]]]:
    return [
        (
            part,
            [
                Shown(item, form.typed(item.name), takes_notes and item.name not in changed)
                for item in part.items
            ],
        )
        for part in sections(kind.slug, content)
    ]


def _step(event: ReviewEvent) -> dict[str, Any]:
    """One step of the history; a person of the unit is named by the masked name."""
    who = mask_name(event.actor.real_name) if event.transition in OWN_STEPS else ""
    return {"event": event, "who": who, "label": STEP_LABELS[event.transition]}


def _points(kind: Kind, request: HttpRequest) -> list[tuple[int, Any, bool]]:
    """The list to tick off: (number, sentence, ticked). Kept only while the page is shown again."""
    ticked = set(request.POST.getlist("point"))
    return [(number, text, str(number) in ticked) for number, text in enumerate(POINTS[kind.slug], 1)]


def _portal_address(record: Record) -> str:
    slug = (
        Document.objects.filter(kind=record.record_kind, object_id=record.pk)
        .values_list("slug", flat=True)
        .first()
    )
    try:
        return reverse(PORTAL_PAGES[record.record_kind], args=[slug]) if slug else ""
    except NoReverseMatch:
        return ""


def _waiting(record: Record) -> dict[str, Any]:
    if record.status not in IN_REVIEW or record.submitted_at is None:
        return {}
    waited = waited_days(record.submitted_at)
    left = REVIEW_DAYS - waited
    return {
        "waited": waited,
        "left": left,
        "over": -left,
        "due": due_date(record.submitted_at),
        "is_waiting": True,
    }

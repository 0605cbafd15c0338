"""The rule book by hand: who may take which step from which state, and what each step does."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import override

from keyi.accounts.models import OrgUnit
from keyi.audit.models import Entry
from keyi.records.models import Instrument
from keyi.review import workflow
from keyi.review.models import ReviewEvent
from keyi.review.status import EDITABLE, IN_REVIEW, Status
from keyi.review.workflow import StaleState, available, history, perform, perform_all
from keyi.search import public
from keyi.search.models import Document
from tests.factories import make_institution, make_instrument

S = Status
OWNERS = {"lab_manager", "unit_admin"}
REVIEWERS = {"reviewer", "second_reviewer"}
EVERYBODY = (
    "lab_manager",
    "unit_admin",
    "stranger",
    "reviewer",
    "second_reviewer",
    "system_admin",
    "visitor",
)
# step: (who may, {state before: state after}, whether a reason is due)
RULE_BOOK = {
    "submit": (OWNERS, {"draft": "endorsed", "returned": "endorsed"}, False),
    "recall": (OWNERS, {"submitted": "draft", "endorsed": "draft"}, False),
    "endorse": ({"unit_admin"}, {"submitted": "endorsed"}, False),
    "decline": ({"unit_admin"}, {"submitted": "returned"}, True),
    "approve": (REVIEWERS, {"endorsed": "approved"}, False),
    "return": (REVIEWERS, {"endorsed": "returned", "approved": "returned"}, True),
    "publish": (REVIEWERS, {"approved": "published"}, False),
    "revise": (OWNERS, {"published": "draft", "offline": "draft"}, False),
    "take_down": (OWNERS | REVIEWERS, {"published": "offline"}, True),
}


def person(world, name):
    return AnonymousUser() if name == "visitor" else getattr(world, name)


def outcome(record, step, user):
    """The state a step led to, or the name of what refused it; the database is as before."""
    try:
        with transaction.atomic():
            perform(record, step, user, comment="请写准确数值。")
            state = Instrument.objects.get(pk=record.pk).status
            transaction.set_rollback(True)
            return state
    except (PermissionDenied, StaleState) as refusal:
        return type(refusal).__name__


def expected(step, status, name):
    who, moves, _reason = RULE_BOOK[step]
    if name not in who:
        return "PermissionDenied"
    return moves.get(status, "StaleState")


def test_the_rule_book_knows_every_step():
    assert {row.name for row in [workflow.SUBMIT_TO_UNIT, *workflow.LATER]} == set(RULE_BOOK)


@pytest.mark.parametrize("status", Status.values)
def test_every_step_by_everybody_follows_the_rule_book(world, status):
    pk = make_instrument(world, status=status).pk
    cases = [(step, name) for step in RULE_BOOK for name in EVERYBODY]
    found = {
        (step, name): outcome(Instrument.objects.get(pk=pk), step, person(world, name))
        for step, name in cases
    }
    assert found == {(step, name): expected(step, status, name) for step, name in cases}


@pytest.mark.parametrize("status", Status.values)
def test_offered_steps_are_those_that_would_succeed(world, status):
    record = make_instrument(world, status=status)
    for name in EVERYBODY:
        offered = {row.name for row in available(record, person(world, name))}
        assert offered == {
            step for step, (who, moves, _r) in RULE_BOOK.items() if name in who and status in moves
        }


def test_the_manager_of_another_laboratory_may_do_nothing(world):
    neighbour = world.person("neighbour", world.other_department, "lab_manager", "赵云")
    record = make_instrument(world, status=S.DRAFT)
    assert available(record, neighbour) == []
    assert outcome(record, "submit", neighbour) == "PermissionDenied"
    assert outcome(make_instrument(world, unit=world.other_department), "submit", neighbour) == "endorsed"


@pytest.mark.parametrize("step", [step for step, rule in RULE_BOOK.items() if rule[2]])
def test_a_step_that_needs_a_reason_is_refused_without_one(world, step):
    who, moves, _reason = RULE_BOOK[step]
    status = next(iter(moves))
    record = make_instrument(world, status=status)
    with pytest.raises(ValidationError) as refused:
        perform(record, step, getattr(world, sorted(who)[0]), comment="  \n ")
    assert set(refused.value.message_dict) == {"comment"}
    assert Instrument.objects.get(pk=record.pk).status == status
    assert list(history(record)) == []


def test_a_reason_may_have_500_characters_and_no_more(world):
    record = make_instrument(world, status=S.ENDORSED)
    with pytest.raises(ValidationError):
        perform(record, "return", world.reviewer, comment="改" * 501)
    perform(record, "return", world.reviewer, comment="改" * 500)
    assert Instrument.objects.get(pk=record.pk).reason == "改" * 500


# First review by the unit itself


@pytest.mark.parametrize(
    ("is_on", "name", "target"),
    [
        (False, "lab_manager", "endorsed"),
        (False, "unit_admin", "endorsed"),
        (True, "lab_manager", "submitted"),
        (True, "unit_admin", "endorsed"),
    ],
)
def test_a_submission_goes_to_the_unit_first_when_the_unit_chose_so(world, is_on, name, target):
    OrgUnit.objects.filter(pk=world.university.pk).update(has_first_review=is_on)
    record = make_instrument(world)
    perform(record, "submit", getattr(world, name))
    assert record.status == target


def test_first_review_of_one_unit_does_not_touch_another(world):
    OrgUnit.objects.filter(pk=world.university.pk).update(has_first_review=True)
    record = make_instrument(world, unit=world.strange_lab)
    perform(record, "submit", world.stranger)
    assert record.status == S.ENDORSED


# Stale pages


def test_an_outdated_state_is_refused_with_the_step_that_came_first(world):
    record = make_instrument(world, status=S.ENDORSED)
    seen = Instrument.objects.get(pk=record.pk)
    first = perform(record, "return", world.reviewer, comment="缺楼层。")
    with pytest.raises(StaleState) as refused:
        perform(seen, "approve", world.second_reviewer)
    assert refused.value.event == first
    assert Instrument.objects.get(pk=record.pk).status == S.RETURNED


def test_an_outdated_version_is_refused_although_the_state_is_the_same(world):
    record = make_instrument(world)
    perform(record, "submit", world.lab_manager)
    perform(record, "recall", world.lab_manager)
    second = perform(record, "submit", world.lab_manager)
    with pytest.raises(StaleState) as refused:
        perform(Instrument.objects.get(pk=record.pk), "approve", world.reviewer, seen_version=1)
    assert refused.value.event == second
    assert Instrument.objects.get(pk=record.pk).status == S.ENDORSED
    perform(Instrument.objects.get(pk=record.pk), "approve", world.reviewer, seen_version=2)


# Approve and publish


def test_approve_and_publish_are_two_steps_of_one_action(world):
    record = make_instrument(world, status=S.ENDORSED)
    perform_all(record, ["approve", "publish"], world.reviewer, comment="通过。")
    steps = history(record).order_by("pk").values_list("transition", "from_status", "to_status")
    assert list(steps) == [("approve", "endorsed", "approved"), ("publish", "approved", "published")]


def test_nothing_is_approved_when_publishing_fails(world):
    record = make_instrument(world, status=S.ENDORSED)
    with pytest.raises(StaleState):
        perform_all(record, ["approve", "approve"], world.reviewer)
    assert Instrument.objects.get(pk=record.pk).status == S.ENDORSED
    assert list(history(record)) == []
    assert list(Entry.objects.filter(action__startswith="record.")) == []


# The public copy


def test_the_public_copy_is_written_kept_replaced_and_removed(world):
    record = make_instrument(world, status=S.ENDORSED)
    assert not Document.objects.exists()
    perform_all(record, ["approve", "publish"], world.reviewer)
    first = Document.objects.get(kind="instruments", object_id=record.pk)
    assert (first.title, first.version, first.slug) == ("电感耦合等离子体发射光谱仪", 1, record.code)
    assert record.is_public
    assert not record.is_revision

    perform(record, "revise", world.lab_manager)
    Instrument.objects.filter(pk=record.pk).update(name="等离子体发射光谱仪")
    record.refresh_from_db()
    assert record.is_revision
    assert Document.objects.get().title == "电感耦合等离子体发射光谱仪"

    perform(record, "submit", world.lab_manager)
    perform(record, "return", world.reviewer, comment="名称请写全。")
    assert Document.objects.get().title == "电感耦合等离子体发射光谱仪"

    public.set_hours("instruments", record.pk, {"2025": {"run": "1128.0"}})
    perform(record, "submit", world.lab_manager)
    perform_all(record, ["approve", "publish"], world.reviewer)
    second = Document.objects.get()
    assert second.hours == {"2025": {"run": "1128.0"}}
    assert second.revision > first.revision
    assert (second.pk, second.title, second.slug) == (first.pk, "等离子体发射光谱仪", first.slug)
    assert (second.version, second.first_published_at) == (3, first.first_published_at)

    perform(record, "take_down", world.reviewer, comment="仪器已报废。")
    assert not Document.objects.exists()
    assert not record.is_public
    assert record.reason == "仪器已报废。"


def test_a_published_institution_names_its_unit_in_the_tree(world):
    record = make_institution(world, status=S.ENDORSED, name="麓山大学（新校名）", nature="institute")
    perform_all(record, ["approve", "publish"], world.reviewer)
    unit = OrgUnit.objects.get(pk=world.university.pk)
    assert (unit.name, unit.nature, unit.path) == ("麓山大学（新校名）", "institute", world.university.path)
    assert Document.objects.get(kind="institutions").slug == unit.uscc


# What a step leaves behind


def test_a_submission_gets_a_receipt_a_version_and_a_clean_sheet(world):
    record = make_instrument(
        world, status=S.RETURNED, receipt="20260101000009", marks={"floor": "缺楼层"}, reason="缺楼层"
    )
    perform(record, "submit", world.lab_manager)
    assert (record.version, record.reason, record.marks) == (2, "", {})
    assert record.receipt != "20260101000009"
    assert len(record.receipt) == 14
    assert record.submitted_at is not None


def test_two_submissions_never_share_a_receipt(world):
    one, other = make_instrument(world), make_instrument(world)
    perform(one, "submit", world.lab_manager)
    perform(other, "submit", world.lab_manager)
    assert one.receipt != other.receipt


def test_a_return_keeps_the_reason_and_the_marks_for_the_submitter(world):
    record = make_instrument(world, status=S.ENDORSED)
    perform(record, "return", world.reviewer, comment=" 请补楼层。 ", marks={"floor": "例：3 层"})
    record.refresh_from_db()
    assert (record.status, record.reason, record.marks) == ("returned", "请补楼层。", {"floor": "例：3 层"})


def test_history_tells_who_did_what_and_what_the_record_said(world):
    record = make_instrument(world)
    perform(record, "submit", world.lab_manager)
    said = record.snapshot()
    perform(record, "return", world.reviewer, comment="请补楼层。", marks={"floor": "例：3 层"})
    Instrument.objects.filter(pk=record.pk).update(name="改过的名称")
    returned, submitted = history(record)
    assert (submitted.transition, submitted.from_status, submitted.to_status) == (
        "submit",
        "draft",
        "endorsed",
    )
    assert (submitted.version, submitted.actor, submitted.snapshot) == (1, world.lab_manager, said)
    assert submitted.actor_label.startswith("分析测试中心 ")
    assert (returned.comment, returned.marks, returned.snapshot) == (
        "请补楼层。",
        {"floor": "例：3 层"},
        None,
    )
    assert returned.actor_label.startswith("湖南省 ")
    assert "陈静" not in returned.actor_label


def test_history_keeps_the_snapshot_of_what_was_published(world):
    record = make_instrument(world, status=S.ENDORSED)
    perform_all(record, ["approve", "publish"], world.reviewer)
    snapshots = {event.transition: event.snapshot for event in history(record)}
    assert snapshots == {"approve": None, "publish": record.snapshot()}
    assert snapshots["publish"]["fields"]["name"] == "电感耦合等离子体发射光谱仪"


def test_the_name_in_the_history_does_not_depend_on_the_language_of_the_actor(world):
    one, other = make_instrument(world, status=S.ENDORSED), make_instrument(world, status=S.ENDORSED)
    with override("en"):
        english = perform(one, "approve", world.reviewer)
    with override("zh-hans"):
        chinese = perform(other, "approve", world.reviewer)
    assert english.actor_label == chinese.actor_label


def test_every_step_is_in_the_audit_log(world):
    record = make_instrument(world)
    perform(record, "submit", world.lab_manager)
    perform(record, "return", world.reviewer, comment="请补楼层。")
    entries = Entry.objects.filter(object_id=str(record.pk)).order_by("pk")
    assert [(e.action, e.actor, e.kind, e.data) for e in entries] == [
        ("record.submit", world.lab_manager, "records.instrument", {"version": 1, "comment": ""}),
        ("record.return", world.reviewer, "records.instrument", {"version": 1, "comment": "请补楼层。"}),
    ]


# Lists


def test_awaiting_is_what_a_persons_next_step_is_due_on(world):
    rows = {status: make_instrument(world, status=status) for status in Status.values}
    make_instrument(world, status=S.SUBMITTED, unit=world.strange_lab)
    awaiting = Instrument.objects.awaiting
    assert set(awaiting(world.reviewer)) - {rows["endorsed"], rows["approved"]} == set()
    assert awaiting(world.reviewer).count() == 2
    assert list(awaiting(world.unit_admin)) == [rows["submitted"]]
    assert list(awaiting(world.lab_manager)) == []
    assert list(awaiting(AnonymousUser())) == []


def test_editable_is_what_a_person_may_type_into(world):
    rows = {status: make_instrument(world, status=status) for status in Status.values}
    make_instrument(world, unit=world.strange_lab)
    editable = Instrument.objects.editable_by
    assert set(editable(world.lab_manager)) == {rows["draft"], rows["returned"]}
    assert list(editable(world.reviewer)) == []


def test_states_are_either_open_for_typing_or_in_review_or_at_rest():
    assert {"draft", "returned"} == EDITABLE
    assert {"submitted", "endorsed", "approved"} == IN_REVIEW
    assert set(Status.values) - EDITABLE - IN_REVIEW == {"published", "offline", "granted"}


def test_a_revision_is_public_and_not_published(world):
    assert not make_instrument(world).is_revision
    assert not make_instrument(world, status=S.PUBLISHED).is_revision
    assert make_instrument(
        world, status=S.ENDORSED, is_public=True, published_at="2026-01-05T00:00Z"
    ).is_revision
    assert ReviewEvent.objects.count() == 0

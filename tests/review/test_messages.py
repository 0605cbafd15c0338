"""Who is told about a step: whoever is next, or whoever keeps the record, and nobody else."""

import pytest
from django.core import mail
from django.db import connection, transaction
from django.urls import reverse

from keyi.accounts.models import OrgUnit
from keyi.inbox.models import Message
from keyi.inbox.tasks import mail_message
from keyi.review.status import Status
from keyi.review.workflow import perform, perform_all
from tests.factories import make_instrument

S = Status
PROVINCE = {"reviewer", "second_reviewer"}
KEEPERS = {"unit_admin", "lab_manager"}


@pytest.fixture
def bystanders(world):
    """People nothing here concerns: a neighbour's manager, and a reviewer who has left."""
    world.person("neighbour", world.other_department, "lab_manager", "赵云")
    left = world.person("left", world.province, "reviewer", "钱进")
    left.is_active = False
    left.save()


def told():
    return set(Message.objects.values_list("recipient__username", flat=True))


@pytest.mark.parametrize(
    ("step", "before", "actor", "who"),
    [
        ("submit", S.DRAFT, "lab_manager", PROVINCE),
        ("endorse", S.SUBMITTED, "unit_admin", PROVINCE),
        ("decline", S.SUBMITTED, "unit_admin", {"lab_manager"}),
        ("recall", S.ENDORSED, "lab_manager", set()),
        ("approve", S.ENDORSED, "reviewer", {"second_reviewer"}),
        ("return", S.ENDORSED, "reviewer", KEEPERS),
        ("publish", S.APPROVED, "reviewer", KEEPERS),
        ("revise", S.PUBLISHED, "lab_manager", set()),
        ("take_down", S.PUBLISHED, "reviewer", KEEPERS),
        ("take_down", S.PUBLISHED, "unit_admin", {"lab_manager"}),
    ],
)
def test_a_step_tells_exactly_those_it_concerns(world, bystanders, step, before, actor, who):
    perform(make_instrument(world, status=before), step, getattr(world, actor), comment="请补楼层。")
    assert told() == who
    assert Message.objects.count() == len(who)


def test_first_review_tells_the_units_administrator_and_not_the_province(world, bystanders):
    OrgUnit.objects.filter(pk=world.university.pk).update(has_first_review=True)
    perform(make_instrument(world), "submit", world.lab_manager)
    assert told() == {"unit_admin"}


def test_approving_and_publishing_at_once_tells_only_that_it_is_published(world, bystanders):
    perform_all(make_instrument(world, status=S.ENDORSED), ["approve", "publish"], world.reviewer)
    assert told() == KEEPERS
    assert Message.objects.count() == 2


def test_a_message_names_the_record_gives_the_reason_and_leads_there(world):
    record = make_instrument(world, status=S.ENDORSED)
    perform(record, "return", world.reviewer, comment="请补楼层。")
    message = Message.objects.get(recipient=world.lab_manager)
    assert message.subject.startswith("电感耦合等离子体发射光谱仪 iCAP 6300")
    assert message.body == "请补楼层。"
    assert message.link == reverse("record-detail", args=["instruments", record.pk])


def test_the_reviewers_message_leads_to_the_review(world):
    record = make_instrument(world)
    perform(record, "submit", world.lab_manager)
    message = Message.objects.get(recipient=world.reviewer)
    assert message.link == reverse("review-record", args=["instruments", record.pk])


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, (args->>'message_id')::bigint FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_mail_is_queued_with_the_step_and_sent_by_the_worker(world):
    before = len(jobs())
    perform(make_instrument(world, status=S.ENDORSED), "return", world.reviewer, comment="请补楼层。")
    messages = Message.objects.order_by("pk")
    assert jobs()[before:] == [("keyi.inbox.tasks.mail_message", message.pk) for message in messages]
    assert mail.outbox == []
    for message in messages:
        mail_message(message_id=message.pk)
    assert {tuple(sent.to) for sent in mail.outbox} == {
        ("unit_admin@example.org",),
        ("lab_manager@example.org",),
    }
    assert "请补楼层。" in mail.outbox[0].body


def test_nobody_is_told_of_a_step_that_did_not_happen(world):
    record, before = make_instrument(world, status=S.ENDORSED), jobs()
    with transaction.atomic():
        perform(record, "return", world.reviewer, comment="请补楼层。")
        transaction.set_rollback(True)
    assert told() == set()
    assert jobs() == before

"""以单位名义操作: timed, announced, logged, and nothing of one's own left while it lasts."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from keyi.accounts.models import Acting
from keyi.audit.models import Entry
from keyi.core import history
from keyi.inbox.models import Message
from keyi.records.models import Instrument
from tests.factories import make_institution, make_instrument
from tests.records.posted import instrument_post

pytestmark = pytest.mark.django_db
FORM = {"uscc": "12430000MB00000192", "reason": "周明来电，请代填存放地点"}


@pytest.fixture
def helper(as_, world):
    """The system administrator in the name of 麓山大学."""
    make_institution(world)
    client = as_(world.system_admin)
    assert client.post("/work/acting/", FORM).status_code == 302
    return client


def test_the_unit_is_told_at_once_with_name_reason_and_end(helper, world, run_jobs):
    acting = Acting.objects.get()
    until = f"{timezone.localtime(acting.ends_at):%H:%M}"
    message = Message.objects.get(recipient=world.unit_admin)
    assert message.subject == "平台正在以“麓山大学”的名义操作"
    assert message.body.startswith(
        f"平台的唐杰正在以您单位的名义操作，到 {until} 为止。原因：周明来电，请代填存放地点\n"
    )
    assert acting.ends_at - acting.started_at < dt.timedelta(minutes=31)


def test_the_message_goes_out_by_mail(as_, world, run_jobs):
    make_institution(world)
    as_(world.system_admin).post("/work/acting/", FORM)
    run_jobs()
    assert [one.to for one in mail.outbox] == [["unit_admin@example.org"]]


def test_only_what_the_units_administrator_may_is_open(helper, world):
    own = make_instrument(world)
    foreign = make_instrument(world, unit=world.strange_lab)
    assert helper.get(f"/work/instruments/{own.pk}/").status_code == 200
    assert helper.get(f"/work/instruments/{foreign.pk}/").status_code == 404
    assert helper.get("/work/codes/").status_code in (403, 404)
    assert helper.get("/work/acting/").status_code == 403
    assert "您正在以“麓山大学”的名义操作" in helper.get("/work/").content.decode()


def test_every_step_is_logged_under_the_own_name_and_the_unit_reads_it(helper, as_, world):
    record = make_instrument(world)
    data = instrument_post(world, do="save", edits=str(record.edits), name="离心机")
    assert helper.post(f"/work/instruments/{record.pk}/edit/", data).status_code == 302
    saved = Entry.objects.get(action="record.save")
    assert (saved.actor, saved.data["acting_for"]) == (world.system_admin, world.university.pk)
    assert Instrument.objects.get().updated_by == world.system_admin
    version = history.versions_of(Instrument).objects.order_by("pgh_id").last()
    assert (version.pgh_context["user"], version.pgh_context["acting_for"]) == (
        world.system_admin.pk, world.university.pk,
    )  # fmt: skip
    rows = as_(world.unit_admin).get("/work/log/").context["page"]
    assert [(entry.action, entry.actor.username) for entry in rows] == [
        ("record.save", "system_admin"),
        ("acting.begin", "system_admin"),
    ]
    assert list(as_(world.stranger).get("/work/log/").context["page"]) == []


def test_it_ends_by_itself(helper, world):
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=14), tick=False):
        assert helper.get("/work/labs/").status_code == 200
    Acting.objects.update(ends_at=timezone.now())
    response = helper.get("/work/labs/")
    assert response.status_code == 403
    assert "已恢复为您本人的身份" in response.content.decode()
    assert helper.get("/work/acting/").status_code == 200


def test_it_ends_by_hand(helper, world):
    assert helper.post("/work/acting/end/").status_code == 302
    assert helper.get("/work/labs/").status_code == 403
    assert Acting.objects.get().ended_at is not None
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True))[:2] == [
        "acting.begin",
        "acting.end",
    ]
    assert helper.post("/work/acting/end/").status_code == 302  # again: nothing to end
    assert Entry.objects.filter(action="acting.end").count() == 1


def test_another_persons_time_is_of_no_use(helper, as_, world):
    client = as_(world.reviewer)
    session = client.session
    session["acting"] = Acting.objects.get().pk
    session.save()
    assert client.get("/work/labs/").status_code == 403


@pytest.mark.parametrize("person", ["unit_admin", "lab_manager", "reviewer", "stranger"])
def test_nobody_else_may(as_, world, person):
    client = as_(getattr(world, person))
    assert (client.get("/work/acting/").status_code, client.post("/work/acting/", FORM).status_code) == (
        403,
        403,
    )
    assert not Acting.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"uscc": "91430000MA4L00000X"}, {"uscc": ""}, {"reason": ""}, {"reason": "长" * 201}, {"uscc": "\x00"}],
)
def test_without_a_unit_or_a_reason_nothing_begins(as_, world, wrong):
    client = as_(world.system_admin)
    assert client.post("/work/acting/", FORM | wrong).status_code == 422
    assert not Acting.objects.exists()
    assert client.get("/work/labs/").status_code == 403


def test_not_without_end(as_, world):
    client = as_(world.system_admin)
    for _again in range(20):
        client.post("/work/acting/", FORM)
        client.post("/work/acting/end/")
    assert client.post("/work/acting/", FORM).status_code == 422


def test_the_database_takes_no_long_time_and_no_missing_reason(world):
    soon = timezone.now() + dt.timedelta(minutes=5)
    for wrong in ({"ends_at": soon + dt.timedelta(hours=2), "reason": "x"}, {"ends_at": soon, "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Acting.objects.create(staff=world.system_admin, unit=world.university, **wrong)

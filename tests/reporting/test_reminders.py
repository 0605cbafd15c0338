"""Reminders: when, to whom, what they say; once per unit and day however often and by however many they are run."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core import mail
from django.db import connection

from keyi.accounts.models import Membership
from keyi.inbox.models import Message
from keyi.records.models import Instrument
from keyi.reporting import tasks
from keyi.reporting.models import MaintenancePeriod, PeriodReopening, Reminder, UpkeepYear
from keyi.reporting.reminders import kind_of, remind

from .progress_world import DONE, NONE, STAFF, instrument, period

CST = dt.timezone(dt.timedelta(hours=8))


def on(text: str):
    """As if it were 8 o'clock of that day in Shanghai."""
    return time_machine.travel(dt.datetime.fromisoformat(f"{text}T08:00").replace(tzinfo=CST), tick=False)


def remind_on(text: str) -> int:
    with on(text):
        return remind()


@pytest.fixture
def unit(world):
    """2025 open from February to April; 麓山大学 has done one of three, 湘潭检测院 everything."""
    period()
    for state in (DONE, STAFF, NONE):
        instrument(world, world.lab, state)
    instrument(world, world.strange_lab, DONE)
    return world


def days_told() -> list[str]:
    return [f"{row.sent_on:%m-%d} {row.kind}" for row in Reminder.objects.order_by("sent_on")]


def told_of(institution):
    return Reminder.objects.filter(institution=institution).order_by("sent_on")


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        (49, "opened"),
        (31, "opened"),
        (30, "30"),
        (29, "30"),
        (8, "30"),
        (7, "7"),
        (2, "7"),
        (1, "1"),
        (0, "1"),
    ],
)
def test_the_nearest_step_that_is_reached_is_due(left, kind):
    today = dt.date(2026, 3, 12)
    assert kind_of(today + dt.timedelta(days=left), today) == kind


def test_every_day_from_before_opening_to_after_closing(unit):
    day = dt.date(2026, 1, 25)
    while day < dt.date(2026, 5, 10):
        for _run in range(2):
            remind_on(day.isoformat())
        day += dt.timedelta(days=1)
    assert days_told() == ["02-01 opened", "03-31 30", "04-23 7", "04-29 1"]
    assert [message.recipient for message in Message.objects.all()] == [unit.unit_admin] * 4


def test_the_message_names_the_deadline_and_the_figures(unit, run_jobs):
    assert remind_on("2026-03-31") == 1
    message = Message.objects.get()
    assert message.subject == "2025 年度仪器维护正在填报，4 月 30 日 24:00 截止，还剩 30 天"
    assert message.body == "已完成 1 / 3 台，还有 2 台没有完成。逾期后不能再填，需向省平台申请重新开放。"
    assert message.link == "/work/upkeep/?year=2025"
    run_jobs()
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["unit_admin@example.org"], message.subject)
    ]


def test_on_the_last_day_it_says_today(unit):
    remind_on("2026-04-30")
    assert Message.objects.get().subject == "2025 年度仪器维护正在填报，4 月 30 日 24:00 截止，今天截止"


def test_a_day_without_a_worker_is_made_up_for(unit):
    remind_on("2026-02-01")
    remind_on("2026-04-04")
    assert days_told() == ["02-01 opened", "04-04 30"]
    assert Message.objects.first().subject.endswith("还剩 26 天")


def test_a_unit_that_has_finished_is_left_in_peace(unit):
    assert remind_on("2026-03-31") == 1
    UpkeepYear.objects.update(has_staff=True, has_operation=True)
    UpkeepYear.objects.create(
        instrument=Instrument.objects.get(upkeep_years=None), year=2025, has_staff=True, has_operation=True
    )
    assert remind_on("2026-04-23") == 0


def test_a_moved_deadline_is_told_again_but_not_on_the_same_day(unit):
    remind_on("2026-04-23")
    MaintenancePeriod.objects.update(closes_on=dt.date(2026, 4, 29))
    assert remind_on("2026-04-23") == 0
    assert remind_on("2026-04-24") == 1
    assert Message.objects.first().subject == "2025 年度仪器维护正在填报，4 月 29 日 24:00 截止，还剩 5 天"


def test_two_open_years_give_one_message_a_day_the_nearer_first(unit):
    period(2024, closes=dt.date(2026, 4, 20))
    remind_on("2026-03-31")
    remind_on("2026-04-01")
    assert [(row.year, f"{row.sent_on:%m-%d}") for row in told_of(unit.university)] == [
        (2024, "03-31"),
        (2025, "04-01"),
    ]


def test_a_reopened_unit_is_reminded_of_its_own_day(unit, as_):
    with on("2026-05-05"):
        client = as_(unit.reviewer)
        typed = {"institution": unit.university.pk, "until": "2026-05-20", "reason": "停电"}
        client.post("/province/years/2025/reopen/", typed)
        assert PeriodReopening.objects.count() == 1
    assert Message.objects.count() == 1
    assert [remind_on(day) for day in ("2026-05-05", "2026-05-06", "2026-05-13", "2026-05-19", "2026-05-21")] == [
        0, 0, 1, 1, 0,
    ]  # fmt: skip
    assert Message.objects.first().subject == "2025 年度仪器维护正在填报，5 月 20 日 24:00 截止，还剩 1 天"


def test_a_unit_without_administrator_is_not_counted_as_told(unit):
    Membership.objects.filter(user=unit.unit_admin).delete()
    assert remind_on("2026-03-31") == 0
    Membership.objects.create(user=unit.lab_manager, unit=unit.university, role="institution_admin")
    assert remind_on("2026-04-01") == 1


def test_the_worker_does_it_every_morning(unit, run_jobs):
    with on("2026-03-31"):
        tasks.remind_of_upkeep.defer(timestamp=0)
        tasks.remind_of_upkeep.defer(timestamp=0)
        run_jobs()
    assert (Message.objects.count(), len(mail.outbox)) == (1, 1)


def test_opening_a_year_tells_the_units_at_once(unit, as_, run_jobs):
    with on("2026-03-12"):
        typed = {"year": "2024", "opens_on": "2026-03-12", "closes_on": "2026-06-30"}
        as_(unit.reviewer).post("/province/years/new/", typed)
        run_jobs()
    assert [(row.year, row.kind) for row in told_of(unit.university)] == [(2025, "opened")]
    assert [(row.year, row.kind) for row in told_of(unit.institute)] == [(2024, "opened")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(world):
    period()
    instrument(world, world.lab, NONE)
    instrument(world, world.strange_lab, NONE)
    gate = threading.Barrier(4)
    told = []

    def work():
        gate.wait(timeout=10)
        try:
            told.append(remind(dt.date(2026, 3, 31)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sum(told) == 2
    assert sorted(message.recipient.username for message in Message.objects.all()) == [
        "stranger",
        "unit_admin",
    ]
    assert Reminder.objects.count() == 2

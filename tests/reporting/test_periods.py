"""维护年度: opened, changed, closed and reopened by the province alone, and told to those it concerns."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError

from keyi.audit.models import Entry
from keyi.inbox.models import Message
from keyi.reporting.models import MaintenancePeriod, PeriodReopening

from .progress_world import NONE, TODAY, instrument, period

URL = "/province/years/"
DATES = {"opens_on": "2026-02-01", "closes_on": "2026-04-30"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


def dates(year=2025):
    one = MaintenancePeriod.objects.get(year=year)
    return one.opens_on.isoformat(), one.closes_on.isoformat()


def test_a_year_is_opened_with_its_dates(world, as_):
    client = as_(world.reviewer)
    assert "还没有开放年度" in client.get(URL).text
    assert client.get(f"{URL}new/").context["form"].initial["year"] == 2025
    assert client.post(f"{URL}new/", {"year": "2025", **DATES})["Location"] == URL
    assert dates() == ("2026-02-01", "2026-04-30")
    entry = Entry.objects.get(action="open_year")
    assert (entry.actor, entry.label, entry.data) == (world.reviewer, "2025", DATES)
    assert "正在填报" in client.get(URL).text


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"year": "2027"}, "year", "请填写 2000 到 2026 之间的年度。"),
        ({"year": "abc"}, "year", "请填写整数，只写数字。"),
        ({"year": "1000000000"}, "year", None),
        ({"year": "2024"}, "year", "这个年度已经设定，请在列表中修改日期。"),
        ({"closes_on": "2026-01-31"}, "closes_on", "截止日期早于开放日期，请核对两个日期。"),
        ({"closes_on": "2026-03-11"}, "closes_on", None),
        ({"closes_on": ""}, "closes_on", None),
        ({"opens_on": "31.2.2026"}, "opens_on", None),
    ],
)
def test_wrong_dates_are_refused_at_the_field(world, as_, typed, field, message):
    period(2024)
    response = as_(world.reviewer).post(f"{URL}new/", {"year": "2025", **DATES, **typed})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    if message:
        assert message in response.text
    assert [one.year for one in MaintenancePeriod.objects.all()] == [2024]


def test_the_dates_are_changed_and_the_old_ones_remembered(world, as_):
    period()
    client = as_(world.reviewer)
    assert 'value="2026-04-30"' in client.get(f"{URL}2025/").text
    assert client.post(f"{URL}2025/", DATES | {"closes_on": "2026-05-15", "year": "2020"})["Location"] == URL
    assert dates() == ("2026-02-01", "2026-05-15")
    assert Entry.objects.get(action="change_year").data["before"] == DATES
    assert client.post(f"{URL}2025/", DATES | {"closes_on": "2026-01-15"}).status_code == 422
    assert client.get(f"{URL}2019/").status_code == 404
    assert dates() == ("2026-02-01", "2026-05-15")


def test_a_year_is_closed_at_once(world, as_):
    period()
    client = as_(world.reviewer)
    assert client.post(f"{URL}2025/close/")["Location"] == URL
    assert dates() == ("2026-02-01", "2026-03-11")
    assert not MaintenancePeriod.objects.open_for(world.university).exists()
    client.post(f"{URL}2025/close/")
    assert Entry.objects.filter(action="close_year").count() == 1


def test_a_year_opened_today_is_closed_all_the_same(world, as_):
    period(opens=TODAY.date())
    as_(world.reviewer).post(f"{URL}2025/close/")
    assert dates() == ("2026-03-11", "2026-03-11")


def test_a_closed_year_is_reopened_for_one_unit_and_it_is_told(world, as_, run_jobs):
    one = period(closes=dt.date(2026, 2, 28))
    client = as_(world.reviewer)
    typed = {"institution": world.university.pk, "until": "2026-03-20", "reason": "停电，数据无法导出"}
    assert client.post(f"{URL}2025/reopen/", typed)["Location"] == URL
    assert one.is_open_for(world.university)
    assert not one.is_open_for(world.institute)
    entry = Entry.objects.get(action="reopen_year")
    assert (entry.actor, entry.data["reason"], entry.data["until"]) == (
        world.reviewer, "停电，数据无法导出", "2026-03-20",
    )  # fmt: skip
    message = Message.objects.get()
    assert (message.recipient, message.subject, message.body, message.link) == (
        world.unit_admin,
        "2025 年度仪器维护已为贵单位重新开放，3 月 20 日 24:00 截止",
        "理由：停电，数据无法导出",
        "/work/upkeep/?year=2025",
    )
    run_jobs()
    assert [sent.to for sent in mail.outbox] == [["unit_admin@example.org"]]
    page = client.get(URL).text
    assert "停电，数据无法导出" in page
    assert "2026-03-20 24:00" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": ""}, "reason"), ({"reason": "　 "}, "reason"), ({"reason": "长" * 201}, "reason"),
        ({"until": "2026-03-11"}, "until"), ({"until": ""}, "until"), ({"until": "9999999-01-01"}, "until"),
        ({"institution": ""}, "institution"), ({"institution": "abc"}, "institution"),
        ({"institution": "9999999999999999999999"}, "institution"),
    ],
)  # fmt: skip
def test_a_reopening_without_reason_day_or_unit_is_refused(world, as_, typed, field):
    period(closes=dt.date(2026, 2, 28))
    usual = {"institution": world.university.pk, "until": "2026-03-20", "reason": "停电"}
    response = as_(world.reviewer).post(f"{URL}2025/reopen/", usual | typed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not PeriodReopening.objects.exists()
    assert not Message.objects.exists()


def test_a_laboratory_is_not_reopened_and_an_open_year_needs_a_later_day(world, as_):
    period()
    client = as_(world.reviewer)
    typed = {"institution": world.lab.pk, "until": "2026-05-20", "reason": "停电"}
    assert client.post(f"{URL}2025/reopen/", typed).status_code == 422
    early = typed | {"institution": world.university.pk, "until": "2026-04-30"}
    assert "到这一天为止年度本来就对所有单位开放" in client.post(f"{URL}2025/reopen/", early).text


def test_a_reopening_is_ended_before_its_day(world, as_):
    one = period(closes=dt.date(2026, 2, 28))
    row = PeriodReopening.objects.create(
        period=one, institution=world.university, until=dt.date(2026, 3, 20), reason="停电", by=world.reviewer
    )
    client = as_(world.reviewer)
    assert client.post(f"{URL}reopenings/{row.pk}/end/")["Location"] == URL
    assert not one.is_open_for(world.university)
    client.post(f"{URL}reopenings/{row.pk}/end/")
    assert Entry.objects.filter(action="end_reopening").count() == 1


def test_the_unit_sees_its_own_deadline(world, as_):
    one = period(closes=dt.date(2026, 2, 28))
    instrument(world, world.lab, NONE)
    PeriodReopening.objects.create(
        period=one, institution=world.university, until=dt.date(2026, 3, 15), reason="停电", by=world.reviewer
    )
    page = as_(world.unit_admin).get("/work/progress/").text
    for text in ("2025 年度 · 3 月 15 日 24:00 截止", "还剩 3 天", "已为本单位重新开放"):
        assert text in page
    assert "2 月 28 日 24:00 已截止" in as_(world.stranger).get("/work/progress/").text


@pytest.mark.parametrize("who", ["unit_admin", "lab_manager", "stranger", "system_admin"])
def test_years_are_the_provinces(world, as_, who):
    one = period()
    row = PeriodReopening.objects.create(
        period=one, institution=world.university, until=dt.date(2026, 6, 1), reason="停电", by=world.reviewer
    )
    client = as_(getattr(world, who))
    for url in (URL, f"{URL}new/", f"{URL}2025/", f"{URL}2025/reopen/"):
        assert client.get(url).status_code == 403, url
    for url in (
        f"{URL}new/",
        f"{URL}2025/",
        f"{URL}2025/close/",
        f"{URL}2025/reopen/",
        f"{URL}reopenings/{row.pk}/end/",
    ):
        assert client.post(url, DATES | {"year": 2023}).status_code == 403, url
    row.refresh_from_db()
    assert (dates(), row.until, MaintenancePeriod.objects.count()) == (
        ("2026-02-01", "2026-04-30"),
        dt.date(2026, 6, 1),
        1,
    )


def test_wrong_methods_are_refused(world, as_):
    period()
    client = as_(world.reviewer)
    assert client.post(URL).status_code == 405
    assert client.get(f"{URL}2025/close/").status_code == 405
    assert client.get(f"{URL}reopenings/1/end/").status_code == 405


@pytest.mark.django_db
def test_the_database_refuses_a_year_that_closes_before_it_opens():
    with pytest.raises(IntegrityError):
        period(opens=dt.date(2026, 3, 2), closes=dt.date(2026, 3, 1))

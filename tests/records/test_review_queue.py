"""审核中心, the queue: what waits for whom, since when, in which order."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from keyi.accounts.models import OrgUnit
from keyi.records.models import Instrument
from keyi.review.status import Status
from tests.factories import make_institution, make_instrument

URL = "/review/"
THURSDAY = dt.datetime(2026, 3, 12, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def waiting(world, days_ago=0, **values):
    """A record waiting for the province since so many days."""
    values = {"status": Status.ENDORSED} | values
    return make_instrument(world, submitted_at=timezone.now() - dt.timedelta(days_ago), **values)


def listed(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return [row.record for row in response.context["page"].object_list]


def test_the_longest_waiting_come_first_over_all_kinds(world, as_):
    newest, oldest = waiting(world, 1), waiting(world, 3)
    unit = make_institution(world, status=Status.ENDORSED, submitted_at=timezone.now() - dt.timedelta(2))
    assert listed(as_(world.reviewer)) == [oldest, unit, newest]


def test_only_what_waits_for_the_person_is_listed(world, as_):
    rows = {status: waiting(world, status=status) for status in Status.values}
    strange = waiting(world, unit=world.strange_lab, status=Status.SUBMITTED)
    assert set(listed(as_(world.reviewer))) == {rows["endorsed"], rows["approved"]}
    assert listed(as_(world.unit_admin)) == [rows["submitted"]]
    assert listed(as_(world.stranger)) == [strange]


@pytest.mark.parametrize(("name", "status"), [("lab_manager", 403), ("system_admin", 403)])
def test_who_reviews_nothing_is_refused(world, as_, name, status):
    assert as_(getattr(world, name)).get(URL).status_code == status


def test_a_visitor_is_sent_to_sign_in(client, db):
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


def test_the_queue_is_only_read(world, as_):
    assert as_(world.reviewer).post(URL).status_code == 405


def test_waiting_is_counted_in_working_days_and_overdue_is_marked(world, as_, time_machine):
    time_machine.move_to(THURSDAY, tick=False)
    submitted = {"friday": 6, "thursday": 7, "wednesday": 8, "today": 0}  # days ago
    records = {day: waiting(world, ago) for day, ago in submitted.items()}
    page = as_(world.reviewer).get(URL).context["page"].object_list
    found = {row.record: (row.waited, row.left) for row in page}
    assert found == {
        records["today"]: (0, 5),
        records["friday"]: (4, 1),
        records["thursday"]: (5, 0),
        records["wednesday"]: (6, -1),
    }
    assert listed(as_(world.reviewer), overdue="1") == [records["wednesday"]]


def test_the_conditions_narrow_the_queue(world, as_):
    first = waiting(world, 4)
    revision = waiting(world, 3, is_public=True, published_at=timezone.now())
    xiangtan = waiting(world, 2, unit=world.strange_lab, name="核磁共振波谱仪")
    unit = make_institution(world, status=Status.ENDORSED, submitted_at=timezone.now() - dt.timedelta(1))
    client = as_(world.reviewer)
    assert listed(client, kind="institutions") == [unit]
    assert listed(client, kind="instruments") == [first, revision, xiangtan]
    assert listed(client, city=world.xiangtan_city.pk) == [xiangtan]
    assert listed(client, q="麓山") == [first, revision, unit]
    assert listed(client, q="核磁") == [xiangtan]
    assert listed(client, what="revision") == [revision]
    assert listed(client, what="first", kind="instruments") == [first, xiangtan]
    assert listed(client, what="first", city=world.changsha_city.pk) == [first, unit]


@pytest.mark.parametrize(
    "query",
    [{"kind": "spoons"}, {"city": "x"}, {"page": "-3"}, {"page": "999"}, {"q": "\x00"}, {"state": "?"}],
)
def test_unreadable_conditions_are_ignored(world, as_, query):
    record = waiting(world)
    assert listed(as_(world.reviewer), **query) == [record]


def test_published_records_are_found_by_the_reviewer_only(world, as_):
    published = make_instrument(world, status=Status.PUBLISHED)
    waiting(world)
    assert listed(as_(world.reviewer), state="published") == [published]
    assert listed(as_(world.unit_admin), state="published") == []


def test_an_empty_queue_says_why_and_what_to_do(world, as_):
    client = as_(world.reviewer)
    assert reverse("work-home") in client.get(URL).content.decode().split('class="k-empty"')[1]
    waiting(world)
    assert f'href="{URL}"' in client.get(URL, {"q": "没有这个"}).content.decode().split('class="k-empty"')[1]
    admin = as_(world.unit_admin)
    assert reverse("labs") in admin.get(URL).content.decode().split('class="k-empty"')[1]
    OrgUnit.objects.filter(pk=world.university.pk).update(has_first_review=True)
    assert reverse("work-home") in admin.get(URL).content.decode().split('class="k-empty"')[1]


def test_the_queue_is_cut_into_pages(world, as_):
    records = [waiting(world, 30 - n) for n in range(25)]
    client = as_(world.reviewer)
    assert listed(client) == records[:20]
    assert listed(client, page=2) == records[20:]


def test_fifty_records_take_as_many_queries_as_five(
    world, as_, django_assert_num_queries, django_assert_max_num_queries
):
    labs = [world.lab, world.department, world.strange_lab]
    for n in range(5):
        waiting(world, n, unit=labs[n % 3])
    make_institution(world, status=Status.ENDORSED, submitted_at=timezone.now() - dt.timedelta(90))
    client = as_(world.reviewer)
    client.get(URL)
    with django_assert_max_num_queries(100) as few:
        client.get(URL)
    for n in range(45):
        waiting(world, n, unit=labs[n % 3])
    assert Instrument.objects.count() == 50
    with django_assert_num_queries(len(few)):
        client.get(URL)

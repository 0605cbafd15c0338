"""仪器维护进度详情: whose instruments, in which state, and what may be done."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_instrument
from tests.reporting.rows import closed_year, make_operation, make_staff, open_year, put_down

URL = "/work/upkeep/"


@pytest.fixture
def four(world):
    """One instrument in each state of 2025, in the order none, staff, operation, done."""
    open_year()
    made = [make_instrument(world, status="published", name=f"仪器{n}") for n in range(4)]
    person = make_staff(world)
    put_down(made[1], person)
    put_down(made[3], person)
    make_operation(world, made[2])
    make_operation(world, made[3])
    make_operation(world, made[3], 2024, run_hours="1540")
    return made


def rows(response):
    return [(one.name, one.state) for one in response.context["records"]]


def test_list_shows_the_state_of_each_instrument(world, as_, four):
    response = as_(world.unit_admin).get(URL)
    assert rows(response) == [
        ("仪器0", "none"),
        ("仪器1", "staff"),
        ("仪器2", "operation"),
        ("仪器3", "done"),
    ]
    assert [(tab["state"], tab["number"]) for tab in response.context["tabs"]] == [
        ("", 4), ("none", 1), ("staff", 1), ("operation", 1), ("done", 1)
    ]  # fmt: skip
    text = response.content.decode()
    tags = ("未维护</span>", "人员已维护</span>", "运行已维护</span>", "已完成</span>")
    assert [text.count(one) for one in tags] == [1, 1, 1, 1]
    assert "上年 1,540" in text


def test_list_has_the_three_actions_of_each_instrument_in_order(world, as_, four):
    text = as_(world.unit_admin).get(URL).content.decode()
    pk = four[0].pk
    places = [
        text.index(f'href="/work/instruments/{pk}/"'),
        text.index(f'href="/work/upkeep/2025/{pk}/staff/"'),
        text.index(f'href="/work/upkeep/2025/{pk}/operation/"'),
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=staff", ["仪器1"]),
        ("q=仪器2", ["仪器2"]),
        ("q=iCAP 仪器3", ["仪器3"]),
        ("state=rubbish", ["仪器0", "仪器1", "仪器2", "仪器3"]),
        ("year=2031", ["仪器0", "仪器1", "仪器2", "仪器3"]),
        ("q=没有", []),
    ],
)
def test_list_finds(world, as_, four, query, names):
    response = as_(world.unit_admin).get(f"{URL}?{query}")
    assert [one.name for one in response.context["records"]] == names


def test_list_of_a_laboratory_shows_its_subtree(world, as_, four):
    make_instrument(world, status="published", name="化学院的", unit=world.other_department)
    response = as_(world.unit_admin).get(f"{URL}?lab={world.department.pk}")
    assert len(response.context["records"]) == 4
    response = as_(world.unit_admin).get(f"{URL}?lab={world.other_department.pk}")
    assert [one.name for one in response.context["records"]] == ["化学院的"]


def test_lab_manager_sees_the_own_subtree_only(world, as_, four):
    make_instrument(world, status="published", name="化学院的", unit=world.other_department)
    response = as_(world.lab_manager).get(URL)
    assert [one.name for one in response.context["records"]] == ["仪器0", "仪器1", "仪器2", "仪器3"]
    asked = as_(world.lab_manager).get(f"{URL}?lab={world.other_department.pk}")
    assert "化学院的" not in asked.content.decode()


def test_stranger_sees_nothing_of_it(world, as_, four):
    response = as_(world.stranger).get(URL)
    assert response.context["records"] == []
    assert "仪器0" not in response.content.decode()


def test_reviewer_reads_and_cannot_write(world, as_, four):
    response = as_(world.reviewer).get(URL)
    assert len(response.context["records"]) == 4
    assert response.context["may_write"] is False
    assert "沿用上年" not in response.content.decode()


def test_closed_year_says_so_and_what_to_do(world, as_):
    closed_year(2024)
    make_instrument(world, status="published")
    text = as_(world.unit_admin).get(URL).content.decode()
    assert "24:00 截止，只能查看。" in text
    assert "请由单位管理员向省平台申请重新开放" in text
    assert "所选沿用上年人员" not in text


def test_without_a_year_the_list_says_so(world, as_):
    assert "还没有开放的维护年度" in as_(world.unit_admin).get(URL).content.decode()


def test_newest_open_year_is_shown_first(world, as_):
    closed_year(2024)
    open_year(2025)
    closed_year(2026)
    assert as_(world.unit_admin).get(URL).context["year"].number == 2025


def test_instruments_entered_later_are_not_due(world, as_):
    open_year(2025)
    make_instrument(world, status="published", name="新仪器", booked_on=dt.date(2026, 1, 2))
    make_instrument(world, status="offline", name="已下线")
    make_instrument(world, status="draft", name="草稿")
    assert as_(world.unit_admin).get(URL).context["records"] == []


def count_queries(client, number):
    client.get(URL)  # the session is written once after signing in
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL)
    assert len(response.context["records"]) == number
    return len(queries)


def test_list_asks_as_often_for_fifty_rows_as_for_five(world, as_):
    open_year()
    closed_year(2024)
    person = make_staff(world)
    client = as_(world.unit_admin)
    for number in range(5):
        make_operation(world, make_instrument(world, status="published", inventory_number=f"A{number}"))
    few = count_queries(client, 5)
    for number in range(45):
        put_down(make_instrument(world, status="published", inventory_number=f"B{number}"), person)
    make_instrument(world, status="published", inventory_number="C")
    many = count_queries(client, 50)  # one is on the next page
    assert many == few
    assert many <= 12


def test_list_fetches_the_rows_of_one_page_only(world, as_):
    open_year()
    for number in range(53):
        make_instrument(
            world, status="published", inventory_number=f"A{number:02d}", name=f"仪器{number:02d}"
        )
    client = as_(world.unit_admin)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"{URL}?page=2")
    assert [one.name for one in page.context["records"]] == ["仪器50", "仪器51", "仪器52"]
    assert [
        query["sql"].endswith("LIMIT 3 OFFSET 50") for query in queries if "model_name" in query["sql"]
    ] == [True]

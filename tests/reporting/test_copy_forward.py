"""沿用上年: for one, for a laboratory, for the unit; twice, and by two at once."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyi.records.models import Instrument
from keyi.reporting import copy_forward
from keyi.reporting.models import AnnualStaff, UpkeepYear
from tests.factories import make_instrument
from tests.reporting.rows import closed_year, make_staff, open_year, put_down


@pytest.fixture
def last_year(world):
    """Two instruments of the laboratory with people of 2024, one of the other department, one without anybody."""
    open_year(2025)
    made = [make_instrument(world, status="published", unit=unit) for unit in
            (world.lab, world.lab, world.other_department, world.lab)]  # fmt: skip
    operator, maintainer = make_staff(world), make_staff(world, "王工", title="高级工程师")
    for one in made[:3]:
        put_down(one, operator, 2024, title="助理工程师", cert="厂家培训")
    put_down(made[0], maintainer, 2024, kind="maintainer", employ="part")
    return made


def everything():
    return Instrument.objects.all()


def names(instrument, year=2025):
    rows = AnnualStaff.objects.filter(instrument=instrument, year=year).order_by("pk")
    return [(row.staff.name, row.kind, row.employ, row.title, row.cert) for row in rows]


def test_preview_says_what_will_be_copied_and_changes_nothing(world, last_year):
    put_down(last_year[1], make_staff(world, "新人"))
    shown = copy_forward.preview(world.unit_admin, 2025, everything())
    assert set(shown.ready) == {last_year[0], last_year[2]}
    assert (shown.kept, shown.without) == (1, 1)
    assert AnnualStaff.objects.filter(year=2025).count() == 1


def test_copy_brings_people_with_todays_title_and_marks_the_year(world, last_year):
    assert copy_forward.copy(world.unit_admin, 2025, everything()) == 3
    assert names(last_year[0]) == [
        ("李楠", "operator", "full", "工程师", "厂家培训"),
        ("王工", "maintainer", "part", "高级工程师", ""),
    ]
    assert UpkeepYear.objects.get(instrument=last_year[0], year=2025).has_staff is True
    assert UpkeepYear.objects.get(instrument=last_year[0], year=2025).has_operation is False
    assert not UpkeepYear.objects.filter(instrument=last_year[3], year=2025, has_staff=True).exists()


def test_copy_again_changes_nothing(world, last_year):
    copy_forward.copy(world.unit_admin, 2025, everything())
    before = list(AnnualStaff.objects.order_by("pk").values())
    assert copy_forward.copy(world.unit_admin, 2025, everything()) == 0
    assert list(AnnualStaff.objects.order_by("pk").values()) == before


def test_copy_leaves_alone_who_has_people_already(world, last_year):
    put_down(last_year[0], make_staff(world, "新人"))
    assert copy_forward.copy(world.unit_admin, 2025, everything()) == 2
    assert [row[0] for row in names(last_year[0])] == ["新人"]


def test_copy_leaves_out_who_has_left(world, last_year):
    operator = AnnualStaff.objects.filter(staff__name="李楠").first().staff
    operator.is_active = False
    operator.save()
    assert copy_forward.copy(world.unit_admin, 2025, everything()) == 1
    assert [row[0] for row in names(last_year[0])] == ["王工"]


def test_lab_manager_copies_for_the_own_subtree_only(world, last_year):
    assert copy_forward.copy(world.lab_manager, 2025, everything()) == 2
    assert names(last_year[2]) == []


@pytest.mark.parametrize("who", ["stranger", "reviewer", "system_admin"])
def test_others_copy_nothing(world, last_year, who):
    assert copy_forward.copy(getattr(world, who), 2025, everything()) == 0
    assert AnnualStaff.objects.filter(year=2025).count() == 0


def test_closed_year_is_not_copied_into(world, last_year):
    closed_year(2026)
    put_down(last_year[0], make_staff(world, "新人"), 2025)
    assert copy_forward.copy(world.unit_admin, 2026, everything()) == 0


def test_page_shows_the_names_before_and_copies_after_the_click(world, as_, last_year):
    client = as_(world.unit_admin)
    page = client.get(f"/work/upkeep/2025/copy/?lab={world.lab.pk}")
    assert [(record.pk, [one.staff.name for one in people]) for record, people in page.context["rows"]] == [
        (last_year[0].pk, ["李楠", "王工"]), (last_year[1].pk, ["李楠"])
    ]  # fmt: skip
    assert AnnualStaff.objects.filter(year=2025).count() == 0
    done = client.post("/work/upkeep/2025/copy/", {"lab": world.lab.pk}, follow=True)
    assert "已为 2 台仪器沿用上年人员。" in done.content.decode()
    assert names(last_year[2]) == []


def test_page_with_nothing_ticked_copies_nothing(world, as_, last_year):
    client = as_(world.unit_admin)
    assert "没有可沿用的人员" in client.get("/work/upkeep/2025/copy/?only=").content.decode()
    client.post("/work/upkeep/2025/copy/", {"only": ""})
    assert AnnualStaff.objects.filter(year=2025).count() == 0


def test_page_copies_the_ticked_ones(world, as_, last_year):
    as_(world.unit_admin).post("/work/upkeep/2025/copy/", {"only": ["", last_year[1].pk, "x", "9" * 30]})
    assert AnnualStaff.objects.filter(year=2025).values_list("instrument", flat=True).get() == last_year[1].pk


def test_page_refuses_foreign_laboratories_and_readers(world, as_, last_year):
    assert (
        as_(world.lab_manager).get(f"/work/upkeep/2025/copy/?lab={world.other_department.pk}").status_code
        == 404
    )
    assert as_(world.stranger).post("/work/upkeep/2025/copy/", {"lab": world.lab.pk}).status_code == 404
    as_(world.stranger).post("/work/upkeep/2025/copy/", {"only": [last_year[0].pk]})
    assert as_(world.reviewer).post("/work/upkeep/2025/copy/").status_code == 403
    assert AnnualStaff.objects.filter(year=2025).count() == 0


def test_page_asks_as_often_for_many_as_for_few(world, as_, last_year):
    client = as_(world.unit_admin)
    client.get("/work/upkeep/2025/copy/")  # the session is written once after signing in
    with CaptureQueriesContext(connection) as few:
        client.get("/work/upkeep/2025/copy/")
    person = make_staff(world, "多人")
    for _n in range(20):
        put_down(make_instrument(world, status="published"), person, 2024)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/work/upkeep/2025/copy/").context["rows"]) == 23
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_at_once_copy_everybody_once(world, last_year, _round):
    gate, answers = threading.Barrier(2), []

    def run(user):
        gate.wait(timeout=10)
        try:
            answers.append(copy_forward.copy(user, 2025, everything()))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[user]) for user in (world.unit_admin, world.lab_manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(answers) == 2
    assert sum(answers) == 3
    assert [len(names(one)) for one in last_year] == [2, 1, 1, 0]

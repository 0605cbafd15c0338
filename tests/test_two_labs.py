"""Two laboratories of one unit: neither sees the other's records, by whatever way it asks."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keyi.accounts.models import OrgUnit, User
from keyi.records.models import Instrument
from keyi.review.models import ReviewEvent
from keyi.review.workflow import perform
from tests.factories import add_photo, make_institution, make_instrument
from tests.records.posted import instrument_post
from tests.reporting.progress_world import period
from tests.signing import sign_in

PAGES = ("record-detail", "record-edit", "record-check", "record-done", "review-record")


@pytest.fixture
def two(world, settings, tmp_path):
    """``world.lab_manager`` keeps 分析测试中心 with 无机元素分析室, ``world.neighbour`` keeps 化学化工学院."""
    settings.MEDIA_ROOT = tmp_path
    make_institution(world)
    world.neighbour = world.person("neighbour", world.other_department, "lab_manager", "赵云")
    User.objects.update(email_verified_at=timezone.now())
    world.mine = make_instrument(world, unit=world.lab, name="透射电镜", serial_number="TEM-1")
    world.theirs = make_instrument(world, unit=world.other_department, name="核磁共振谱仪")
    return world


def sides(world):
    """(person, own record, the other's record, the other's laboratory), both ways round."""
    return [
        (world.lab_manager, world.mine, world.theirs, world.other_department),
        (world.neighbour, world.theirs, world.mine, world.lab),
    ]


def client_of(user):
    client = Client()
    sign_in(client, user)
    return client


def listed(client, **query):
    return [record.pk for record in client.get("/work/instruments/", query).context["page"]]


@pytest.mark.parametrize("page", PAGES)
def test_by_address(two, page):
    for person, own, other, _lab in sides(two):
        client = client_of(person)
        assert client.get(reverse(page, args=["instruments", other.pk])).status_code == 404
        assert client.post(reverse(page, args=["instruments", other.pk]), {"do": "save"}).status_code in (
            404,
            405,
        )
        assert client.get(reverse(page, args=["instruments", own.pk])).status_code != 404
    assert {r.edits for r in Instrument.objects.all()} == {0}


@pytest.mark.parametrize("step", ["recall", "revise", "take_down"])
def test_by_step(two, step):
    for person, _own, other, _lab in sides(two):
        url = reverse("record-step", args=["instruments", other.pk, step])
        assert client_of(person).post(url, {"version": 0, "comment": "x"}).status_code == 404


def test_by_the_choice_of_the_laboratory(two):
    for person, own, _other, lab in sides(two):
        client = client_of(person)
        before = Instrument.objects.count()
        for url in ("/work/instruments/new/", reverse("record-edit", args=["instruments", own.pk])):
            typed = instrument_post(two, do="save", lab=str(lab.pk), edits="0", inventory_number="N-1")
            answer = client.post(url, typed)
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["lab"])
            assert lab not in answer.context["form"].fields["lab"].queryset
        assert Instrument.objects.count() == before
        assert Instrument.objects.get(pk=own.pk).unit_id == own.unit_id


def test_by_the_query_of_the_list(two):
    for person, own, other, lab in sides(two):
        client = client_of(person)
        assert listed(client) == [own.pk]
        assert listed(client, lab=lab.pk) == [own.pk]  # an answer that is none is ignored
        assert listed(client, q=other.name) == []
        assert listed(client, q=other.inventory_number) == []
        assert listed(client, status="draft") == [own.pk]


def test_by_the_token_of_a_file(two):
    for person, own, other, _lab in sides(two):
        client = client_of(person)
        tokens = [add_photo(two, record, phash="").token for record in (own, other)]
        assert [client.get(reverse("record-file", args=[t])).status_code for t in tokens] == [200, 404]


def test_by_kept_typing(two):
    """What one typed comes back to that one only, and an address of the other's form brings nothing."""
    first, second = client_of(two.lab_manager), client_of(two.neighbour)
    edit = reverse("record-edit", args=["instruments", two.mine.pk])
    for path in ("/work/instruments/new/", edit):
        assert first.post("/kept/", {"_path": path, "name": "只有我知道"}).status_code == 204
        second.post("/kept/", {"_path": path, "name": "邻居写的"})
    assert "只有我知道" in first.get(edit).content.decode()
    assert "只有我知道" in first.get("/work/instruments/new/").content.decode()
    assert second.get(edit).status_code == 404
    page = second.get("/work/instruments/new/").content.decode()
    assert ("只有我知道" in page, "邻居写的" in page) == (False, True)


def test_by_the_key_of_a_form(two):
    """A form key that made the other's record makes a new one here, and changes nothing there."""
    key = "0f9d3a52-0a4e-4d4e-9c61-1f3f8f1f1a11"
    Instrument.objects.filter(pk=two.mine.pk).update(form_key=key)
    typed = instrument_post(
        two, do="save", form_key=key, lab=str(two.other_department.pk), inventory_number="N-2", name="新的"
    )
    client_of(two.neighbour).post("/work/instruments/new/", typed)
    assert Instrument.objects.get(pk=two.mine.pk).name == "透射电镜"
    assert Instrument.objects.get(name="新的").unit == two.other_department


def test_on_the_workbench_and_in_the_tree(two):
    for number, record in enumerate((two.mine, two.theirs)):
        add_photo(two, record, phash=f"{number:016d}")
        perform(record, "submit", two.unit_admin)
    for person, own, other, lab in sides(two):
        client = client_of(person)
        home = client.get("/work/")
        assert home.context["counts"]["total"] == 1
        assert {event.object_id for event in home.context["events"]} == {own.pk}
        assert other.name not in home.content.decode()
        tree = client.get("/work/labs/").content.decode()
        assert (lab.name in tree, own.unit.name in tree) == (False, True)
    assert ReviewEvent.objects.count() == 2


def test_by_the_people_and_the_yearly_records(two):
    for record, number in ((two.mine, "P-1"), (two.theirs, "P-2")):
        make_instrument(two, unit=record.unit, name=record.name, status="published", inventory_number=number)
    period()
    for person, own, other, _lab in sides(two):
        client = client_of(person)
        page = client.get(reverse("upkeep-list")).content.decode()
        assert (own.name in page, other.name in page) == (True, False)
        mine, theirs = (Instrument.objects.get(name=r.name, status="published").pk for r in (own, other))
        for name in ("staff-year", "operation-year"):
            codes = [client.get(reverse(name, args=[2025, pk])).status_code for pk in (mine, theirs)]
            assert codes == [200, 404], name


def test_moving_a_laboratory_through_the_page_moves_its_records_at_once(two):
    """无机元素分析室 goes from 分析测试中心 to 化学化工学院; both people are signed in all the while."""
    first, second = client_of(two.lab_manager), client_of(two.neighbour)
    page = reverse("record-detail", args=["instruments", two.mine.pk])
    file = reverse("record-file", args=[add_photo(two, two.mine).token])
    codes = lambda: [c.get(url).status_code for c in (first, second) for url in (page, file)]  # noqa: E731
    assert (codes(), listed(first), listed(second)) == ([200, 200, 404, 404], [two.mine.pk], [two.theirs.pk])
    answer = client_of(two.unit_admin).post(
        reverse("lab-edit", args=[two.lab.pk]),
        {"name": two.lab.name, "parent": two.other_department.pk, "manager": "刘芳", "tel": "0731-88001234"},
    )
    assert answer.status_code == 302
    assert OrgUnit.objects.get(pk=two.lab.pk).parent == two.other_department
    assert (codes(), listed(first)) == ([404, 404, 200, 200], [])
    assert set(listed(second)) == {two.mine.pk, two.theirs.pk}


def test_the_account_of_a_laboratory_sees_nothing_of_the_department_above(two):
    """无机元素分析室 below 分析测试中心: down is seen, up is not."""
    below = two.person("below", two.lab, "lab_manager", "钱进")
    above = make_instrument(two, unit=two.department, name="质谱仪")
    client = client_of(below)
    assert listed(client) == [two.mine.pk]
    assert client.get(reverse("record-detail", args=["instruments", above.pk])).status_code == 404
    assert set(listed(client_of(two.lab_manager))) == {two.mine.pk, above.pk}

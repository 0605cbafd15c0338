"""人员维护: the people of an instrument's year, and who sees whom of the unit's list."""

import pytest
from django.db import IntegrityError, transaction

from keyi.audit.models import Entry
from keyi.reporting.models import AnnualStaff, PeriodReopening, Staff, UpkeepYear
from tests.factories import make_instrument
from tests.reporting.rows import closed_year, make_staff, open_year, put_down

WORK = {"kinds": ["operator"], "employ": "full"}
NEW = {**WORK, "name": "王 工", "title": "高级工程师", "tel": "0731-88001234"}


@pytest.fixture
def instrument(world):
    open_year(2025)
    return make_instrument(world, status="published")


def url(instrument, tail="", year=2025):
    return f"/work/upkeep/{year}/{instrument.pk}/staff/{tail}"


def written(instrument, year=2025):
    rows = AnnualStaff.objects.filter(instrument=instrument, year=year).order_by("pk")
    return [(row.staff.name, row.kind, row.employ, row.title) for row in rows]


def test_new_person_is_typed_once_and_chosen_after(world, as_, instrument):
    client = as_(world.lab_manager)
    response = client.post(
        url(instrument, "new/"), {**NEW, "kinds": ["operator", "maintainer"], "unit": world.lab.pk}
    )
    assert response["Location"] == url(instrument)
    assert written(instrument) == [
        ("王 工", "operator", "full", "高级工程师"), ("王 工", "maintainer", "full", "高级工程师")
    ]  # fmt: skip
    person = Staff.objects.get()
    assert (person.unit, person.tel, person.email) == (world.lab, "0731-88001234", "")
    assert UpkeepYear.objects.get(instrument=instrument, year=2025).has_staff is True
    assert Entry.objects.filter(action="staff.add").count() == 1
    other = make_instrument(world, status="published")
    assert "王 工 · 高级工程师 · 无机元素分析室" in client.get(url(other, "new/")).content.decode()
    client.post(url(other, "new/"), {**WORK, "staff": "王 工 · 高级工程师 · 无机元素分析室"})
    assert written(other) == [("王 工", "operator", "full", "高级工程师")]
    assert Staff.objects.count() == 1


def test_typing_a_known_person_again_makes_no_double(world, as_, instrument):
    client = as_(world.unit_admin)
    client.post(url(instrument, "new/"), {**NEW, "unit": world.lab.pk})
    client.post(url(instrument, "new/"), {**NEW, "unit": world.lab.pk, "kinds": ["operator"]})
    assert (Staff.objects.count(), len(written(instrument))) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        (WORK, "staff", "请从人员库选择，或在下方填写新人员。"),
        ({**WORK, "staff": "无名氏"}, "staff", "人员库里没有“无名氏”。请从列表中选择，或在下方填写新人员。"),
        ({**NEW, "tel": ""}, "tel", "电话和邮箱至少填写一项。"),
        ({**NEW, "title": ""}, "title", "请填写这一项。"),
        ({**NEW, "kinds": []}, "kinds", "请至少勾选一项。"),
        ({**NEW, "employ": "sometimes"}, "employ", None),
        ({**NEW, "birth_month": "1985年"}, "birth_month", "请写年和月，例：1985-03。"),
        ({**NEW, "tel": "123"}, "tel", None),
    ],
)
def test_bad_input_is_refused_with_the_reason(world, as_, instrument, typed, field, message):
    response = as_(world.unit_admin).post(url(instrument, "new/"), typed)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    if message:
        assert (field, list(response.context["form"].errors[field])) == (field, [message])
    assert (Staff.objects.count(), written(instrument)) == (0, [])


def test_people_of_the_same_name_are_told_apart(world, as_, instrument):
    make_staff(world, "李楠")
    second = make_staff(world, "李楠", title="教授", tel="0731-88009999")
    client = as_(world.unit_admin)
    response = client.post(url(instrument, "new/"), {**WORK, "staff": "李楠"})
    assert response.status_code == 422
    assert "李楠 · 教授 · 无机元素分析室" in response.context["form"].errors["staff"][0]
    client.post(url(instrument, "new/"), {**WORK, "staff": "李楠 · 教授 · 无机元素分析室"})
    assert AnnualStaff.objects.get().staff == second


def test_lab_manager_is_offered_own_people_and_those_of_the_whole_unit(world, as_, instrument):
    make_staff(world, "自己人")
    make_staff(world, "全校的", unit=world.university)
    make_staff(world, "化学院的", unit=world.other_department)
    make_staff(world, "外单位的", unit=world.institute)
    make_staff(world, "走了的", is_active=False)
    options = as_(world.lab_manager).get(url(instrument, "new/")).context["form"].fields["staff"].options()
    assert [line.partition(" ")[0] for line in options] == ["全校的", "自己人"]
    response = as_(world.lab_manager).post(url(instrument, "new/"), {**WORK, "staff": "化学院的"})
    assert response.status_code == 422
    options = as_(world.unit_admin).get(url(instrument, "new/")).context["form"].fields["staff"].options()
    assert [line.partition(" ")[0] for line in options] == ["全校的", "化学院的", "自己人"]


def test_lab_manager_cannot_enter_people_for_another_laboratory(world, as_, instrument):
    for unit in (world.other_department, world.university, world.institute):
        response = as_(world.lab_manager).post(url(instrument, "new/"), {**NEW, "unit": unit.pk})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["unit"])
    assert Staff.objects.count() == 0


@pytest.mark.parametrize(("who", "read", "write"), [
    ("unit_admin", 200, 200), ("lab_manager", 200, 200), ("reviewer", 200, 403), ("stranger", 404, 404),
    ("system_admin", 404, 404),
])  # fmt: skip
def test_own_and_foreign(world, as_, instrument, who, read, write):
    row = put_down(instrument, make_staff(world))
    client = as_(getattr(world, who))
    assert client.get(url(instrument)).status_code == read
    assert client.get(url(instrument, "new/")).status_code == write
    assert client.get(url(instrument, f"{row.pk}/")).status_code == write
    if write != 200:
        assert client.post(url(instrument, "new/"), NEW).status_code == write
        assert client.post(url(instrument, f"{row.pk}/remove/")).status_code == write
        assert len(written(instrument)) == 1


def test_sibling_laboratory_is_not_found(world, as_, instrument):
    other = make_instrument(world, status="published", unit=world.other_department)
    row = put_down(other, make_staff(world, unit=world.other_department))
    client = as_(world.lab_manager)
    for tail in ("", "new/", f"{row.pk}/"):
        assert client.get(url(other, tail)).status_code == 404
    assert client.post(url(instrument, f"{row.pk}/remove/")).status_code == 302
    assert client.get(url(instrument, f"{row.pk}/")).status_code == 404
    assert len(written(other)) == 1


def test_row_is_changed_and_removed(world, as_, instrument):
    row = put_down(instrument, make_staff(world))
    client = as_(world.lab_manager)
    changed = {"kind": "maintainer", "employ": "part", "cert": "厂家培训", "cert_on": "2025-03-01", "name": "李楠",
               "title": "高级工程师", "tel": "0731-88001234"}  # fmt: skip
    assert client.post(url(instrument, f"{row.pk}/"), changed).status_code == 302
    assert written(instrument) == [("李楠", "maintainer", "part", "高级工程师")]
    assert Staff.objects.get().title == "高级工程师"
    client.post(url(instrument, f"{row.pk}/remove/"))
    assert client.post(url(instrument, f"{row.pk}/remove/")).status_code == 302
    assert written(instrument) == []
    assert UpkeepYear.objects.get(instrument=instrument, year=2025).has_staff is False


def test_person_of_the_whole_unit_is_changed_by_the_unit_only(world, as_, instrument):
    row = put_down(instrument, make_staff(world, unit=world.university))
    as_(world.lab_manager).post(
        url(instrument, f"{row.pk}/"), {"kind": "operator", "employ": "part", "name": "改名", "title": "无"}
    )
    assert written(instrument) == [("李楠", "operator", "part", "工程师")]
    assert Staff.objects.get().name == "李楠"


def test_earlier_years_keep_their_title(world, as_, instrument):
    person = make_staff(world)
    old, row = put_down(instrument, person, 2024), put_down(instrument, person, 2025)
    changed = {"kind": "operator", "employ": "full", "name": "李楠", "title": "教授", "tel": "0731-88001234"}
    as_(world.unit_admin).post(url(instrument, f"{row.pk}/"), changed)
    old.refresh_from_db()
    row.refresh_from_db()
    assert (old.title, row.title) == ("工程师", "教授")


def test_same_work_twice_is_refused(world, as_, instrument):
    person = make_staff(world)
    put_down(instrument, person)
    second = put_down(instrument, person, kind="maintainer")
    changed = {
        "kind": "operator",
        "employ": "full",
        "name": "李楠",
        "title": "工程师",
        "tel": "0731-88001234",
    }
    response = as_(world.unit_admin).post(url(instrument, f"{second.pk}/"), changed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["kind"])
    with pytest.raises(IntegrityError, match="annual_staff_once"), transaction.atomic():
        put_down(instrument, person)


def test_one_instrument_keeps_last_years_people_after_seeing_them(world, as_, instrument):
    put_down(instrument, make_staff(world), 2024)
    client = as_(world.lab_manager)
    page = client.get(url(instrument))
    assert "李楠" in page.content.decode()
    assert page.context["may_copy"] is True
    done = client.post("/work/upkeep/2025/copy/", {"only": instrument.pk, "back": "staff"})
    assert done["Location"] == url(instrument)
    assert written(instrument) == [("李楠", "operator", "full", "工程师")]


def test_closed_year_is_read_only_until_reopened_for_the_unit(world, as_, instrument):
    period = closed_year(2024)
    row = put_down(instrument, make_staff(world), 2024)
    client = as_(world.unit_admin)
    text = client.get(url(instrument, year=2024)).content.decode()
    assert "请由单位管理员向省平台申请重新开放" in text
    assert "新增</a>" not in text
    for tail, data in (("new/", NEW), (f"{row.pk}/", {"kind": "maintainer"}), (f"{row.pk}/remove/", {})):
        answer = client.post(url(instrument, tail, 2024), data)
        assert (answer.status_code, answer["Location"]) == (302, url(instrument, year=2024))
    assert written(instrument, 2024) == [("李楠", "operator", "full", "工程师")]
    for institution in (world.institute, world.university):
        PeriodReopening.objects.create(
            period=period, institution=institution, until="2099-01-01", reason="更正", by=world.reviewer
        )
        client.post(url(instrument, "new/", 2024), {**NEW, "unit": world.lab.pk})
        assert len(written(instrument, 2024)) == (1 if institution == world.institute else 2)


def test_year_that_is_none_is_not_found(world, as_, instrument):
    client = as_(world.unit_admin)
    for year in (1990, 2031, 99999999999):
        assert client.get(url(instrument, year=year)).status_code == 404


def test_what_was_typed_comes_back(world, as_, instrument):
    client = as_(world.unit_admin)
    client.post(url(instrument, "new/"), {**NEW, "title": ""})
    assert 'value="王 工"' in client.get(url(instrument, "new/")).content.decode()


@pytest.mark.parametrize("values", [{"tel": "", "email": ""}, {"name": ""}, {"title": ""}])
def test_database_refuses_people_who_cannot_be_told(world, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_staff(world, **values)

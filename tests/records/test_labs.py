"""实验室（院系）管理: the tree below one unit, saved at once, without review."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from keyi.accounts.models import OrgUnit
from keyi.audit.models import Entry
from keyi.records.models import Instrument
from tests.factories import make_instrument

URL, NEW = "/work/labs/", "/work/labs/new/"


def edit(lab):
    return reverse("lab-edit", args=[lab.pk])


def posted(**values):
    return {"name": "电镜中心", "parent": "", "manager": "刘芳", "tel": "0731-88001234"} | values


def again(unit):
    return OrgUnit.objects.get(pk=unit.pk)


# The tree


def test_the_tree_shows_departments_with_their_laboratories_and_counts(world, as_):
    for unit in (world.lab, world.lab, world.department):
        make_instrument(world, unit=unit)
    rows = as_(world.unit_admin).get(URL).context["rows"]
    assert [(row.lab, row.own, row.total) for row in rows] == [
        (world.department, 1, 3),
        (world.lab, 2, 2),
        (world.other_department, 0, 0),
    ]


def test_a_lab_manager_sees_the_own_part_and_no_buttons(world, as_):
    response = as_(world.lab_manager).get(URL)
    assert [row.lab for row in response.context["rows"]] == [world.department, world.lab]
    page = response.content.decode()
    assert NEW not in page
    assert edit(world.lab) not in page


def test_another_unit_sees_its_own_tree_only(world, as_):
    assert [row.lab for row in as_(world.stranger).get(URL).context["rows"]] == [world.strange_lab]


def test_an_empty_tree_says_what_to_do(world, as_):
    OrgUnit.objects.filter(pk=world.strange_lab.pk).delete()
    assert NEW in as_(world.stranger).get(URL).content.decode().split('class="k-empty"')[1]


def test_the_tree_takes_as_many_queries_for_fifty_as_for_five(
    world, as_, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_(world.unit_admin)
    client.get(URL)
    with django_assert_max_num_queries(100) as few:
        client.get(URL)
    for n in range(25):
        department = world.node("department", f"院系 {n}", world.university)
        make_instrument(world, unit=world.node("lab", f"实验室 {n}", department))
    with django_assert_num_queries(len(few)):
        client.get(URL)


# Adding


def test_a_department_is_added_below_the_unit(world, as_):
    response = as_(world.unit_admin).post(
        NEW, posted(name=" 电镜　中心 ", short_name="电镜", intro="透射、扫描")
    )
    assert (response.status_code, response["Location"]) == (302, URL)
    lab = OrgUnit.objects.get(name="电镜 中心")
    assert (lab.level, lab.parent, lab.short_name, lab.order) == ("department", world.university, "电镜", 1)
    assert lab.path == f"{world.university.path}{lab.pk:06d}/"
    assert Entry.objects.get(action="lab.create").object_id == str(lab.pk)


def test_a_laboratory_is_added_below_a_department(world, as_):
    as_(world.unit_admin).post(NEW, posted(parent=world.department.pk))
    lab = OrgUnit.objects.get(name="电镜中心")
    assert (lab.level, lab.parent) == ("lab", world.department)


def test_the_form_offers_the_unit_and_its_departments(world, as_):
    form = as_(world.unit_admin).get(NEW, {"parent": world.department.pk}).context["form"]
    assert set(form.fields["parent"].queryset) == {world.university, world.department, world.other_department}
    assert form["parent"].value() == str(world.department.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "电" * 51}, "name"),
        ({"name": "电镜🔬"}, "name"),
        ({"name": "分析测试中心"}, "name"),
        ({"name": "分析 测试中心", "short_name": "长" * 21}, "short_name"),
        ({"manager": ""}, "manager"),
        ({"tel": "12"}, "tel"),
        ({"email": "不是邮箱"}, "email"),
        ({"intro": "长" * 201}, "intro"),
        ({"parent": "999999"}, "parent"),
        ({"parent": "x"}, "parent"),
    ],
)
def test_bad_input_is_answered_at_the_field_and_saves_nothing(world, as_, values, field):
    response = as_(world.unit_admin).post(NEW, posted(**values))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert OrgUnit.objects.filter(parent=world.university).count() == 2


def test_a_third_level_below_the_third_and_a_foreign_parent_are_refused(world, as_):
    for parent in (world.lab, world.strange_lab, world.institute, world.province):
        response = as_(world.unit_admin).post(NEW, posted(parent=parent.pk))
        assert list(response.context["form"].errors) == ["parent"]
    assert not OrgUnit.objects.filter(name="电镜中心").exists()


def test_the_same_name_is_fine_below_another_parent(world, as_):
    as_(world.unit_admin).post(NEW, posted(name="无机元素分析室", parent=world.other_department.pk))
    assert OrgUnit.objects.filter(name="无机元素分析室").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_one_laboratory(world):
    gate, answers = threading.Barrier(2), []

    def click():
        client = Client()
        client.force_login(world.unit_admin)
        gate.wait(timeout=10)
        answers.append(client.post(NEW, posted()).status_code)
        connection.close()

    threads = [threading.Thread(target=click) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == [302, 422]
    assert OrgUnit.objects.filter(name="电镜中心").count() == 1


# Changing and moving


def test_a_change_is_saved_at_once(world, as_):
    as_(world.unit_admin).post(edit(world.lab), posted(name="元素分析室", parent=world.department.pk))
    lab = again(world.lab)
    assert (lab.name, lab.path, lab.level) == ("元素分析室", world.lab.path, "lab")


def test_moving_a_laboratory_moves_its_records_scope_at_once(world, as_):
    neighbour = world.person("neighbour", world.other_department, "lab_manager", "赵云")
    record = make_instrument(world, unit=world.lab)
    reach = lambda user: list(Instrument.objects.for_user(user, "edit"))  # noqa: E731
    assert (reach(world.lab_manager), reach(neighbour)) == ([record], [])
    as_(world.unit_admin).post(edit(world.lab), posted(name=world.lab.name, parent=world.other_department.pk))
    assert again(world.lab).path == f"{world.other_department.path}{world.lab.pk:06d}/"
    assert (reach(world.lab_manager), reach(neighbour)) == ([], [record])


def test_a_department_with_laboratories_cannot_go_below_another(world, as_):
    values = posted(name="分析测试中心", parent=world.other_department.pk)
    response = as_(world.unit_admin).post(edit(world.department), values)
    assert list(response.context["form"].errors) == ["parent"]
    assert again(world.department).parent == world.university


def test_a_department_cannot_go_below_itself(world, as_):
    values = posted(name="化学化工学院", parent=world.other_department.pk)
    response = as_(world.unit_admin).post(edit(world.other_department), values)
    assert list(response.context["form"].errors) == ["parent"]


def test_an_empty_department_becomes_a_laboratory_and_back(world, as_):
    client = as_(world.unit_admin)
    client.post(edit(world.other_department), posted(name="化学化工学院", parent=world.department.pk))
    moved = again(world.other_department)
    assert (moved.level, moved.path) == ("lab", f"{world.department.path}{moved.pk:06d}/")
    client.post(edit(moved), posted(name="化学化工学院", parent=world.university.pk))
    assert (again(moved).level, again(moved).path) == ("department", world.other_department.path)


def test_a_taken_name_is_refused_when_moving(world, as_):
    twin = world.node("lab", "无机元素分析室", world.other_department)
    values = posted(name="无机元素分析室", parent=world.department.pk)
    response = as_(world.unit_admin).post(edit(twin), values)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["name"])
    assert again(twin).parent == world.other_department


# Order, switching off, deleting


def step(client, lab, name):
    return client.post(reverse("lab-step", args=[lab.pk, name]))


def test_siblings_change_places(world, as_):
    client = as_(world.unit_admin)
    order = lambda: [row.lab for row in client.get(URL).context["rows"]]  # noqa: E731
    step(client, world.other_department, "up")
    assert order() == [world.other_department, world.department, world.lab]
    step(client, world.other_department, "up")
    step(client, world.other_department, "down")
    assert order() == [world.department, world.lab, world.other_department]


def test_a_laboratory_is_switched_off_and_on(world, as_):
    client = as_(world.unit_admin)
    step(client, world.lab, "close")
    assert not again(world.lab).is_active
    step(client, world.lab, "reopen")
    assert again(world.lab).is_active


def test_an_empty_laboratory_is_deleted(world, as_):
    url = reverse("lab-delete", args=[world.other_department.pk])
    client = as_(world.unit_admin)
    assert client.get(url).context["obstacles"] == []
    assert client.post(url)["Location"] == URL
    assert not OrgUnit.objects.filter(pk=world.other_department.pk).exists()
    assert Entry.objects.get(action="lab.delete").label == "化学化工学院"


@pytest.mark.parametrize("what", ["instrument", "laboratory", "account"])
def test_what_still_holds_something_is_not_deleted_and_says_why(world, as_, what):
    target = world.other_department
    if what == "instrument":
        make_instrument(world, unit=target)
    elif what == "laboratory":
        world.node("lab", "有机合成室", target)
    else:
        world.person("neighbour", target, "lab_manager", "赵云")
    client, url = as_(world.unit_admin), reverse("lab-delete", args=[target.pk])
    response = client.post(url)
    assert (response.status_code, len(response.context["obstacles"])) == (409, 1)
    assert reverse("lab-step", args=[target.pk, "close"]) in client.get(url).content.decode()
    assert again(target) == target


# The unit's own first review


def test_the_unit_switches_its_first_review_on_and_off(world, as_):
    client = as_(world.unit_admin)
    client.post(reverse("lab-settings"), {"has_first_review": "on"})
    assert again(world.university).has_first_review
    assert client.get(URL).context["settings"]["has_first_review"].value() is True
    client.post(reverse("lab-settings"), {})
    assert not again(world.university).has_first_review
    assert not again(world.institute).has_first_review


# Who may not


def pages(lab):
    return [edit(lab), reverse("lab-delete", args=[lab.pk])]


def actions(lab):
    return [*pages(lab), reverse("lab-step", args=[lab.pk, "close"])]


def test_a_foreign_laboratory_does_not_exist(world, as_):
    client = as_(world.stranger)
    assert {client.get(url).status_code for url in pages(world.lab)} == {404}
    assert {client.post(url, posted()).status_code for url in actions(world.lab)} == {404}
    assert (again(world.lab).name, again(world.lab).is_active) == ("无机元素分析室", True)
    assert {client.get(url).status_code for url in pages(world.strange_lab)} == {200}


def test_a_lab_manager_and_a_reviewer_may_look_at_most(world, as_):
    for person in (world.lab_manager, world.reviewer):
        client = as_(person)
        assert {client.post(url, posted()).status_code for url in actions(world.lab)} == {403}
        assert client.post(NEW, posted()).status_code == 403
        assert client.post(reverse("lab-settings"), {"has_first_review": "on"}).status_code == 403
    assert as_(world.reviewer).get(URL).status_code == 403
    assert again(world.lab).is_active


def test_the_unit_itself_and_other_nodes_are_no_laboratories(world, as_):
    client = as_(world.unit_admin)
    assert {client.get(edit(unit)).status_code for unit in (world.university, world.province)} == {404}


def test_visitors_sign_in_first_and_wrong_methods_are_refused(world, client, as_):
    for url in (URL, NEW, *pages(world.lab)):
        assert client.get(url)["Location"].startswith(reverse("login"))
    admin = as_(world.unit_admin)
    assert admin.post(URL).status_code == 405
    assert admin.get(reverse("lab-step", args=[world.lab.pk, "close"])).status_code == 405
    assert admin.get(reverse("lab-settings")).status_code == 405
    assert admin.put(edit(world.lab)).status_code == 405
    assert step(admin, world.lab, "explode").status_code == 404

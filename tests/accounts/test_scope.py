"""The scope rule over the whole world: filter, yes-or-no and people agree with the plain definition."""

from django.forms import model_to_dict
from django.utils import timezone

from keyi.accounts.backends import AccountBackend
from keyi.accounts.held import held_by
from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.people import people_who
from keyi.accounts.roles import CAPABILITIES, Capability, Role
from keyi.accounts.scope import may, may_somewhere


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def above(unit: OrgUnit) -> list[OrgUnit]:
    return [unit, *above(unit.parent)] if unit.parent else [unit]


def plainly_may(user: User, capability: str, unit: OrgUnit) -> bool:
    held = {(m.unit_id, m.role) for m in user.memberships.all()}
    return any((u.pk, r) in held for u in above(unit) for r in Role.values if capability in CAPABILITIES[r])


def test_filter_and_check_agree_with_the_plain_rule(world):
    units = list(OrgUnit.objects.all())
    for user in User.objects.all():
        for capability in Capability.values:
            expected = {unit.name for unit in units if plainly_may(user, capability, unit)}
            found = {unit.name for unit in OrgUnit.objects.for_user(fresh(user), capability)}
            asked = {unit.name for unit in units if may(fresh(user), capability, unit)}
            assert (user, capability, found, asked) == (user, capability, expected, expected)
            assert may_somewhere(fresh(user), capability) == bool(expected)


def test_people_who_is_the_rule_turned_round(world):
    world.second_reviewer.is_active = False
    world.second_reviewer.save()
    for unit in OrgUnit.objects.all():
        for capability in Capability.values:
            people = {user.username for user in people_who(capability, unit)}
            expected = {
                u.username for u in User.objects.filter(is_active=True) if plainly_may(u, capability, unit)
            }
            assert (unit, capability, people) == (unit, capability, expected)


def test_whole_values_of_the_cast(world):
    seen = lambda user: [u.name for u in OrgUnit.objects.for_user(fresh(user), Capability.EDIT)]  # noqa: E731
    assert seen(world.unit_admin) == ["麓山大学", "分析测试中心", "无机元素分析室", "化学化工学院"]
    assert seen(world.lab_manager) == ["分析测试中心", "无机元素分析室"]
    assert seen(world.stranger) == ["湘潭检测院", "检测一室"]
    assert seen(world.reviewer) == []
    assert seen(world.system_admin) == []


def test_moving_a_laboratory_moves_its_scope(world):
    assert may(fresh(world.lab_manager), Capability.EDIT, world.lab)
    world.lab.parent = world.other_department
    world.lab.save()
    lab = OrgUnit.objects.get(pk=world.lab.pk)
    assert lab.path == f"{world.other_department.path}{lab.pk:06d}/"
    assert not may(fresh(world.lab_manager), Capability.EDIT, lab)
    assert may(fresh(world.unit_admin), Capability.EDIT, lab)


def test_moving_a_department_moves_everything_below(world):
    world.department.parent = world.institute
    world.department.save()
    lab = OrgUnit.objects.get(pk=world.lab.pk)
    assert not may(fresh(world.unit_admin), Capability.VIEW, lab)
    assert may(fresh(world.stranger), Capability.VIEW, lab)
    assert may(fresh(world.lab_manager), Capability.VIEW, lab)


def test_what_a_person_holds_is_read_as_any_other_rows(world):
    """By SQL that is put together once: every value as Django reads it, the sealed mobile phone, too."""
    other = Membership.objects.create(user=world.lab_manager, unit=world.other_department, role="lab_manager")
    Membership.objects.create(
        user=world.lab_manager, unit=world.lab, role="lab_manager", ended_at=timezone.now()
    )
    held = held_by(world.lab_manager.pk)
    rows = Membership.objects.filter(user=world.lab_manager, ended_at=None).order_by("pk")
    assert [model_to_dict(one) for one in held] == [model_to_dict(row) for row in rows]
    assert [one.pk for one in held][1:] == [other.pk]
    for one, row in zip(held, rows, strict=True):
        for mine, theirs in ((one.user, row.user), (one.unit, row.unit)):
            names = [field.attname for field in mine._meta.concrete_fields]
            assert [getattr(mine, name) for name in names] == [getattr(theirs, name) for name in names]
            assert (mine._state.adding, mine._state.db) == (False, "default")
    assert held[0].user.mobile == "13900000000"
    assert held_by(0) == []


def test_anonymous_visitor_holds_nothing(world, client):
    visitor = client.get("/login/").wsgi_request.user
    for capability in Capability.values:
        assert list(OrgUnit.objects.for_user(visitor, capability)) == []
        assert not may(visitor, capability, world.university)
        assert not may_somewhere(visitor, capability)


def test_person_of_a_session_comes_with_what_is_in_force(world, django_assert_num_queries):
    second = Membership.objects.create(
        user=world.lab_manager, unit=world.other_department, role="lab_manager"
    )
    people = AccountBackend()
    with django_assert_num_queries(1):
        person = people.get_user(world.lab_manager.pk)
        assert person.grants == [
            ("lab_manager", world.department.path), ("lab_manager", world.other_department.path),
        ]  # fmt: skip
        assert person.home.unit.name == "分析测试中心"
        assert person == world.lab_manager
    Membership.objects.exclude(pk=second.pk).update(ended_at=timezone.now())
    assert people.get_user(world.lab_manager.pk).grants == [("lab_manager", world.other_department.path)]
    second.delete()
    assert people.get_user(world.lab_manager.pk).grants == []
    Membership.objects.update(ended_at=None)
    User.objects.update(is_active=False)
    assert people.get_user(world.lab_manager.pk) is None
    assert people.get_user(0) is None

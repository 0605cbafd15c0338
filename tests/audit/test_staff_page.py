"""省平台账号: what the security administrator does to others' accounts, and that nobody else does it."""

import pytest
from django.test import Client

from keyi.accounts import second_factor
from keyi.accounts.models import User
from keyi.accounts.roles import Role
from keyi.audit.models import Entry
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/work/security/"


@pytest.fixture
def guard(world):
    return world.person("guard", world.province, Role.SECURITY_ADMIN, "高远")


def deed(world, person, what) -> str:
    return f"{PAGE}{person.memberships.get().pk}/{what}/"


def sign_in(username) -> Client:
    client = Client()
    client.post("/login/", {"identity": "platform", "username": username, "password": PASSWORD})
    return client


def test_it_lists_the_provinces_people_and_no_others(as_, world, guard):
    page = as_(guard).get(PAGE)
    assert {row.user.username for row in page.context["rows"]} == {
        "reviewer", "second_reviewer", "system_admin", "guard",
    }  # fmt: skip
    assert "本人账号" in page.content.decode()


@pytest.mark.parametrize("person", ["unit_admin", "lab_manager", "reviewer", "system_admin", "stranger"])
def test_nobody_else_gets_in(as_, world, guard, person):
    client = as_(getattr(world, person))
    assert client.get(PAGE).status_code == 403
    assert client.post(deed(world, world.second_reviewer, "off")).status_code == 403
    assert client.post(f"{PAGE}unlock/", {"name": "reviewer"}).status_code == 403
    assert User.objects.get(username="second_reviewer").is_active


def test_sessions_end_and_accounts_are_switched(world, guard):
    reviewer, own = sign_in("reviewer"), sign_in("guard")
    assert reviewer.get("/review/").status_code == 200
    assert own.post(deed(world, world.reviewer, "sessions"))["Location"] == PAGE
    assert reviewer.get("/review/").status_code == 302
    own.post(deed(world, world.reviewer, "off"))
    assert sign_in("reviewer").get("/review/").status_code == 302
    own.post(deed(world, world.reviewer, "on"))
    assert sign_in("reviewer").get("/review/").status_code == 200
    assert list(Entry.objects.filter(action__startswith="staff.", actor=guard).values_list("action", flat=True)) == [
        "staff.on", "staff.off", "staff.sessions",
    ]  # fmt: skip


def test_a_lost_second_factor_is_reset(as_, world, guard):
    device = second_factor.begun(world.reviewer)
    device.confirmed = True
    device.save()
    as_(guard).post(deed(world, world.reviewer, "factor"))
    assert second_factor.device_of(world.reviewer) is None


def test_the_own_account_and_those_of_units_are_not_theirs(as_, world, guard):
    client = as_(guard)
    for what in ("off", "sessions", "factor"):
        assert client.post(deed(world, guard, what))["Location"] == PAGE
        assert client.post(deed(world, world.unit_admin, what)).status_code == 404
    assert client.post(deed(world, world.reviewer, "nonsense")).status_code == 404
    guard.refresh_from_db()
    assert guard.is_active


def test_a_lock_is_lifted_and_unknown_names_are_not_shown(as_, world, guard):
    for name in ("reviewer", "my-password-1"):
        for _try in range(5):
            Client().post(
                "/login/",
                {"identity": "platform", "username": name, "password": "x"},
                REMOTE_ADDR="10.1.1.1" if name == "reviewer" else "10.1.1.2",
            )
    client = as_(guard)
    page = client.get(PAGE).content.decode()
    assert "10.1.1.1" in page
    assert "my-password-1" not in page
    assert client.post(f"{PAGE}unlock/", {"name": "reviewer"})["Location"] == PAGE
    assert "10.1.1.1" not in client.get(PAGE).content.decode()
    assert sign_in("reviewer").get("/review/").status_code == 200
    for name in ("nobody", "", "a\x00b", "my-password-1"):
        assert client.post(f"{PAGE}unlock/", {"name": name})["Location"] == PAGE
    assert Entry.objects.filter(action="staff.unlock").count() == 1

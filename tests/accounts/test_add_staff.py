"""keyi manage add_staff: the first people of a new installation."""

import io
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from keyi.accounts.models import OrgUnit, User

ARGS = {"role": "reviewer", "name": "陈静", "email": "chenjing@example.org"}


@pytest.fixture
def divisions(db):
    call_command("load_codes", "division", verbosity=0)


def test_add_staff_makes_the_tree_and_an_account_without_password(divisions, client):
    out = io.StringIO()
    call_command("add_staff", "chenjing", stdout=out, **ARGS)
    user = User.objects.get()
    assert (user.username, user.has_usable_password()) == ("chenjing", False)
    assert [(m.role, m.unit.name) for m in user.memberships.all()] == [("reviewer", "湖南省")]
    assert OrgUnit.objects.filter(level="city").count() == 14
    path = urlsplit(out.getvalue().split()[-1]).path
    page = client.get(path, follow=True)
    response = client.post(
        page.request["PATH_INFO"],
        {"password": "Qing-feng-2026", "password_again": "Qing-feng-2026"},
        follow=True,
    )
    assert response.status_code == 200
    user.refresh_from_db()
    assert user.check_password("Qing-feng-2026")


@pytest.mark.parametrize("change", [{"email": "no"}, {"name": "陈" * 30}])
def test_add_staff_refuses_wrong_data(divisions, change):
    with pytest.raises(CommandError):
        call_command("add_staff", "chenjing", **{**ARGS, **change})
    assert not User.objects.exists()


def test_add_staff_refuses_a_taken_name(divisions):
    call_command("add_staff", "chenjing", stdout=io.StringIO(), **ARGS)
    with pytest.raises(CommandError):
        call_command("add_staff", "ChenJing", **ARGS)
    assert User.objects.count() == 1

"""Passwords of those who decide for others run out after the time that the operator sets; nobody else's do."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from keyi.accounts.models import PasswordHistory
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Qing-feng-2026"


@pytest.fixture(autouse=True)
def _ninety_days(settings):
    settings.STAFF_PASSWORD_DAYS = 90


def sign_in(client, name: str, password: str = PASSWORD):
    return client.post("/login/", {"identity": "platform", "username": name, "password": password})


@pytest.fixture
def later():
    with time_machine.travel(timezone.now() + dt.timedelta(days=91), tick=False):
        yield


def test_a_reviewer_sees_no_page_before_the_password_is_a_new_one(client, world, later):
    sign_in(client, "reviewer")
    for address in ("/work/", "/review/", "/account/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, "/account/password/"), address
    assert "您的密码已使用较久" in client.get("/account/password/").content.decode()
    new = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
    assert client.post("/account/password/", new).status_code == 302
    assert client.get("/review/").status_code == 200
    client.post("/logout/")
    sign_in(client, "reviewer", NEW)
    assert client.get("/review/").status_code == 200


def test_it_can_be_left(client, world, later):
    sign_in(client, "reviewer")
    assert client.post("/logout/").status_code == 302
    assert client.get("/").status_code == 200


def test_a_unit_keeps_its_password(client, world, later):
    sign_in(client, "unit_admin")
    assert client.get("/work/").status_code == 200


def test_not_before_the_time_and_not_when_it_is_switched_off(client, world, settings):
    PasswordHistory.objects.create(user=world.reviewer, password=world.reviewer.password)
    with time_machine.travel(timezone.now() + dt.timedelta(days=89), tick=False):
        sign_in(client, "reviewer")
        assert client.get("/review/").status_code == 200
        client.post("/logout/")
    settings.STAFF_PASSWORD_DAYS = 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=900), tick=False):
        sign_in(client, "reviewer")
        assert client.get("/review/").status_code == 200

"""A copy of one's own data, closing an account, and what is deleted after its time."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from keyi.accounts import retention
from keyi.accounts.models import KeptInput, LinkMail, Login, Tally, User
from keyi.api import tokens
from keyi.audit.models import Entry
from tests.factories import make_instrument
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
CLOSE = "/account/close/"
MEANT = {"is_meant": "on", "old_password": PASSWORD}


def test_a_copy_holds_the_own_data_and_nobody_elses(as_, world):
    client = as_(world.unit_admin)
    Login.objects.create(user=world.unit_admin, address="10.1.1.1", browser="Firefox")
    Login.objects.create(user=world.lab_manager, address="10.2.2.2", browser="Chrome")
    response = client.get("/account/data/")
    said = json.loads(response.content)
    assert said["account"]["mobile"] == "13900000000"
    assert said["roles"] == [{"role": "institution_admin", "unit": "麓山大学", "ended_at": None}]
    assert [row["address"] for row in said["sign_ins"]] == ["10.1.1.1"]
    assert "10.2.2.2" not in response.content.decode()
    assert "password" not in response.content.decode()
    assert Entry.objects.filter(action="account.export", actor=world.unit_admin).count() == 1


def test_a_closed_account_is_nobody_and_its_records_stay(world):
    record = make_instrument(world)
    here, elsewhere = Client(), Client()
    data = {"identity": "lab", "username": "lab_manager", "password": PASSWORD}
    here.post("/login/", data)
    elsewhere.post("/login/", data)
    _token, secret = tokens.make(world.lab_manager, world.department, name="x", may_write=True, days=1)
    KeptInput.objects.create(user=world.lab_manager, path="/x/", data="a=1")
    assert here.post(CLOSE, MEANT)["Location"] == "/"
    person = User.objects.get(pk=world.lab_manager.pk)
    assert (person.username, person.real_name, person.mobile, person.is_active) == (
        f"closed-{person.pk}", "已注销", "", False,
    )  # fmt: skip
    assert "example.org" not in person.email
    assert not person.memberships.in_force().exists()
    for client in (here, elsewhere):
        assert client.get("/work/").status_code == 302
    assert elsewhere.post("/login/", data).status_code == 422
    assert elsewhere.get("/api/v1/work/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert not KeptInput.objects.exists()
    record.refresh_from_db()
    assert record.updated_by == person


def test_it_takes_the_password_and_a_tick(as_, world):
    client = as_(world.lab_manager)
    for wrong in ({}, {"is_meant": "on", "old_password": "x"}, {"old_password": PASSWORD}):
        assert client.post(CLOSE, wrong).status_code == 422
    world.lab_manager.refresh_from_db()
    assert world.lab_manager.is_active


@pytest.mark.parametrize("person", ["unit_admin", "reviewer", "system_admin"])
def test_who_is_needed_cannot_leave_like_that(as_, world, person):
    user = getattr(world, person)
    assert as_(user).get(CLOSE).status_code == 200
    assert as_(user).post(CLOSE, MEANT).status_code == 422
    user.refresh_from_db()
    assert user.is_active


def test_what_is_past_its_time_is_deleted(world):
    long_ago = timezone.now() - dt.timedelta(days=1000)
    for _age in range(2):
        Login.objects.create(user=world.unit_admin)
        LinkMail.objects.create(user=world.unit_admin)
    KeptInput.objects.create(user=world.unit_admin, path="/new/", data="")
    KeptInput.objects.create(user=world.unit_admin, path="/old/", data="")
    Tally.objects.create(key="new", started_at=timezone.now())
    Tally.objects.create(key="old", started_at=long_ago)
    Login.objects.filter(pk=Login.objects.latest("pk").pk).update(at=long_ago)
    LinkMail.objects.filter(pk=LinkMail.objects.latest("pk").pk).update(asked_at=long_ago)
    KeptInput.objects.filter(path="/old/").update(saved_at=long_ago)
    assert {what: number for what, number in retention.delete_old().items() if number} == {
        "sign-ins": 1, "typing that was never saved": 1, "mails with links": 1, "counts of tries": 1,
    }  # fmt: skip
    assert list(KeptInput.objects.values_list("path", flat=True)) == ["/new/"]

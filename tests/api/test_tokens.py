"""Tokens: shown once, kept as a digest, for one unit and below, ended at any time; and the pages they are made on."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from keyi.accounts.models import Membership
from keyi.accounts.roles import Role
from keyi.api import tokens
from keyi.api.models import Token
from keyi.audit.models import Entry
from tests.factories import make_instrument

pytestmark = pytest.mark.django_db
ME = "/api/v1/work/me"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def made(world):
    return tokens.make(world.unit_admin, world.university, name="设备系统", may_write=True, days=30)


def test_a_token_is_made_on_the_page_and_shown_once(as_, world, client):
    data = {"name": "设备系统", "unit": world.lab.pk, "may_write": "yes", "days": "90"}
    page = as_(world.unit_admin).post("/account/tokens/new/", data)
    assert page.status_code == 201
    secret = re.search(r"keyi_[\w-]{43}", page.content.decode())[0]
    token = Token.objects.get()
    assert (token.person, token.unit, token.name, token.may_write) == (
        world.unit_admin,
        world.lab,
        "设备系统",
        True,
    )
    assert token.digest == tokens.digest_of(secret)
    assert secret not in str(Token.objects.values().get())
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=90)
    listed = client.get("/account/tokens/").content.decode()
    assert "设备系统" in listed
    assert secret not in listed
    client.logout()
    assert client.get(ME, headers=bearer(secret)).json()["unit"] == "无机元素分析室"
    assert Entry.objects.filter(action="token.create", actor=world.unit_admin).count() == 1


def test_a_laboratory_cannot_make_a_token_for_more_than_itself(as_, world):
    data = {"name": "x", "unit": world.university.pk, "may_write": "no", "days": "30"}
    page = as_(world.lab_manager).post("/account/tokens/new/", data)
    assert page.status_code == 422
    assert not Token.objects.exists()
    assert (
        as_(world.lab_manager).post("/account/tokens/new/", data | {"unit": world.department.pk}).status_code
        == 201
    )


@pytest.mark.parametrize("person", ["reviewer", "system_admin"])
def test_who_keeps_no_records_makes_none(as_, world, person):
    client = as_(getattr(world, person))
    assert client.get("/account/tokens/").status_code == 403
    assert client.post("/account/tokens/new/", {"name": "x", "days": "30"}).status_code == 403


def test_a_stranger_neither_sees_nor_ends_it(as_, world, made):
    client = as_(world.stranger)
    assert "设备系统" not in client.get("/account/tokens/").content.decode()
    assert client.post(f"/account/tokens/{made[0].pk}/revoke/").status_code == 404
    assert Token.objects.in_force().count() == 1


def test_an_ended_token_opens_nothing(as_, world, made, client):
    token, secret = made
    assert client.get(ME, headers=bearer(secret)).status_code == 200
    as_(world.unit_admin).post(f"/account/tokens/{token.pk}/revoke/", follow=True)
    client.logout()
    refused = client.get(ME, headers=bearer(secret))
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
    assert Entry.objects.filter(action="token.revoke").count() == 1


def _expire(world, token):
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())


def _switch_off(world, token):
    world.unit_admin.is_active = False
    world.unit_admin.save()


def _end_role(world, token):
    Membership.objects.filter(user=world.unit_admin).update(ended_at=timezone.now())


def _move_elsewhere(world, token):
    Membership.objects.filter(user=world.unit_admin).update(unit=world.institute, role=Role.LAB_MANAGER)


@pytest.mark.parametrize("what", [_expire, _switch_off, _end_role, _move_elsewhere])
def test_it_ends_with_its_time_and_with_its_person(world, made, client, what):
    token, secret = made
    what(world, token)
    assert client.get(ME, headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer keyi_", "Bearer keyi_wrong", "Basic eDp5", "Bearer \u00e9", "keyi"]
)
def test_anything_else_is_no_token(world, client, header):
    assert client.get(ME, headers={"Authorization": header}).status_code == 401


def test_a_session_is_no_token(as_, world):
    assert as_(world.unit_admin).get(ME).status_code == 401


def test_a_reading_token_reads_only(world, client):
    _token, secret = tokens.make(world.unit_admin, world.university, name="看板", may_write=False, days=30)
    record = make_instrument(world)
    assert client.get(f"/api/v1/work/instruments/{record.pk}", headers=bearer(secret)).status_code == 200
    refused = client.patch(
        f"/api/v1/work/instruments/{record.pk}",
        {"name": "改"},
        content_type="application/json",
        headers=bearer(secret),
    )
    assert refused.status_code == 403
    record.refresh_from_db()
    assert record.name == "电感耦合等离子体发射光谱仪"


def test_a_token_of_a_laboratory_reaches_no_more_than_it(world, client):
    _token, secret = tokens.make(world.unit_admin, world.lab, name="室", may_write=True, days=30)
    own, sibling = make_instrument(world), make_instrument(world, unit=world.other_department)
    strange = make_instrument(world, unit=world.strange_lab)
    body = client.get("/api/v1/work/instruments", headers=bearer(secret)).json()
    assert [item["id"] for item in body["items"]] == [own.pk]
    for foreign in (sibling, strange):
        address = f"/api/v1/work/instruments/{foreign.pk}"
        assert client.get(address, headers=bearer(secret)).status_code == 404
        change = client.patch(
            address, {"name": "改"}, content_type="application/json", headers=bearer(secret)
        )
        assert change.status_code == 404
    assert (
        client.post(
            "/api/v1/work/units", {}, content_type="application/json", headers=bearer(secret)
        ).status_code
        == 403
    )


def test_the_last_use_is_written_down(world, made, client):
    token, secret = made
    client.get(ME, headers=bearer(secret), REMOTE_ADDR="10.1.2.3")
    token.refresh_from_db()
    assert token.used_from == "10.1.2.3"
    assert timezone.now() - token.used_at < timedelta(minutes=1)

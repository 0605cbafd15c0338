"""动态验证码: set up, asked after the password, recovery codes once, required of the province, ended sessions."""

import io
import time

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from keyi.accounts import second_factor
from keyi.accounts.roles import Role
from keyi.audit.models import Entry
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/account/second-factor/"


def code(user, *, step: int = 0) -> str:
    device = TOTPDevice.objects.filter(user=user).latest("pk")
    return f"{totp(device.bin_key, t0=-step * 30 if step else 0):06d}"


def password(client, username, **headers):
    data = {"identity": "institution", "username": username, "password": PASSWORD}
    return client.post("/login/", data, headers=headers)


def set_up(client, user) -> list[str]:
    client.force_login(user)
    page = client.get(PAGE).content.decode()
    assert "data:image/svg+xml" in page
    assert client.post(PAGE, {"code": "000000"}).status_code == 422
    TOTPDevice.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)
    answer = client.post(PAGE, {"code": code(user)})
    assert answer.status_code == 201
    client.logout()
    return answer.context["codes"]


def rested(user) -> None:
    """As if the last code were long ago."""
    TOTPDevice.objects.filter(user=user).update(last_t=-1)
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)


def test_after_the_password_the_code_is_asked(world, client):
    codes = set_up(client, world.unit_admin)
    assert len(codes) == len(set(codes)) == 10
    assert password(client, "unit_admin")["Location"] == "/login/code/"
    assert client.get("/work/").status_code == 302  # the password alone opens nothing
    wrong = client.post("/login/code/", {"code": "123456"})
    assert (wrong.status_code, "_auth_user_id" in client.session) == (422, False)
    rested(world.unit_admin)
    right = client.post("/login/code/", {"code": f" {code(world.unit_admin)} "})
    assert (right.status_code, right["Location"]) == (302, "/work/")
    assert client.session["_auth_user_id"] == str(world.unit_admin.pk)
    assert list(Entry.objects.filter(action__startswith="second_factor").values_list("action", flat=True)) == [
        "second_factor.wrong", "second_factor.on",
    ]  # fmt: skip


def test_a_code_works_once(world, client):
    set_up(client, world.unit_admin)
    rested(world.unit_admin)
    once = code(world.unit_admin)
    for expected in (302, 422):
        password(client, "unit_admin")
        assert client.post("/login/code/", {"code": once}).status_code == expected
        client.logout()


def test_a_recovery_code_works_once(world, client):
    codes = set_up(client, world.unit_admin)
    for expected in (302, 422):
        password(client, "unit_admin")
        assert client.post("/login/code/", {"code": codes[3].upper()}).status_code == expected
        client.logout()
    assert StaticToken.objects.count() == 9


def test_wrong_codes_are_only_tried_so_often(world, client):
    set_up(client, world.unit_admin)
    password(client, "unit_admin")
    for _try in range(second_factor.TRIES):
        assert client.post("/login/code/", {"code": "123456"}).status_code == 422
    rested(world.unit_admin)
    assert client.post("/login/code/", {"code": code(world.unit_admin)}).status_code == 422


def test_the_step_alone_leads_nowhere(world, client):
    assert client.get("/login/code/")["Location"] == "/login/"
    set_up(client, world.unit_admin)
    password(client, "unit_admin")
    session = client.session
    session["second_factor"] |= {"at": time.time() - 3600}
    session.save()
    rested(world.unit_admin)
    assert client.post("/login/code/", {"code": code(world.unit_admin)})["Location"] == "/login/"


def test_switching_off_takes_password_and_code(world, client):
    codes = set_up(client, world.unit_admin)
    client.force_login(world.unit_admin)
    for wrong in ({"old_password": "x", "code": codes[0]}, {"old_password": PASSWORD, "code": "000000"}):
        assert client.post(PAGE, wrong).status_code == 422
    rested(world.unit_admin)
    assert client.post(PAGE, {"old_password": PASSWORD, "code": codes[0]})["Location"] == "/account/"
    assert second_factor.device_of(world.unit_admin) is None
    client.logout()
    assert password(client, "unit_admin")["Location"] == "/work/"


@pytest.mark.parametrize("person", ["reviewer", "system_admin", "auditor"])
def test_the_provinces_people_have_to_have_one(world, client, settings, person):
    settings.SECOND_FACTOR_REQUIRED = True
    user = (
        world.person("auditor", world.province, Role.AUDITOR, "许真")
        if person == "auditor"
        else getattr(world, person)
    )
    client.force_login(user)
    for address in ("/work/", "/review/", "/account/", "/instruments/"):
        assert client.get(address)["Location"] == PAGE, address
    assert client.post("/logout/").status_code == 302
    codes = set_up(client, user)
    client.force_login(user)
    assert client.get("/account/").status_code == 200
    client.post(PAGE, {"old_password": PASSWORD, "code": codes[0]})
    assert second_factor.device_of(user) is not None  # theirs cannot be switched off


def test_units_are_not_forced(world, as_, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    for person in (world.unit_admin, world.lab_manager):
        assert as_(person).get("/work/").status_code == 200


def test_sessions_are_listed_and_ended_by_their_owner(world):
    here, there, other = Client(), Client(), Client()
    password(here, "unit_admin")
    password(there, "unit_admin", **{"User-Agent": "Mozilla Firefox Windows"})
    password(other, "lab_manager")
    sessions = here.get("/account/").context["sessions"]
    assert [(browser, is_this) for _pk, _at, _address, browser, is_this in sessions] == [
        ("Firefox · Windows", False), ("未知浏览器", True),
    ]  # fmt: skip
    pk = sessions[0][0]
    assert other.post(f"/account/sessions/{pk}/end/").status_code == 404
    assert there.get("/account/").status_code == 200
    assert here.post(f"/account/sessions/{pk}/end/")["Location"] == "/account/"
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert here.post(f"/account/sessions/{pk}/end/").status_code == 404


def test_a_new_browser_is_told_by_mail(world, client, run_jobs, mailoutbox):
    firefox, chrome = {"User-Agent": "Firefox/130 Windows"}, {"User-Agent": "Chrome/130 Windows"}
    for headers in (firefox, firefox, chrome, chrome):
        password(client, "unit_admin", **headers)
        client.logout()
    run_jobs()
    mails = [mail for mail in mailoutbox if mail.subject == "您的账号在新设备上登录"]
    assert [mail.to for mail in mails] == [[world.unit_admin.email]]
    assert "Chrome · Windows" in mails[0].body


def test_the_operator_takes_a_lost_one_off(world, client):
    set_up(client, world.reviewer)
    call_command("reset_second_factor", "REVIEWER", stdout=io.StringIO())
    assert second_factor.device_of(world.reviewer) is None
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")

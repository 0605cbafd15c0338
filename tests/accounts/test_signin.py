from datetime import timedelta
from threading import Thread

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.utils import timezone

from keyi.accounts.models import Login
from keyi.audit.models import Entry
from keyi.config.demo_accounts import ACCOUNTS
from tests.world import PASSWORD, World

URL = "/login/"


def attempt(client, username="unit_admin", password=PASSWORD, **values):
    return client.post(URL, {"identity": "institution", "username": username, "password": password} | values)


def told(response) -> list[str]:
    return response.context["form"].non_field_errors() if response.context else []


def notes(client) -> list[str]:
    return [str(message) for message in client.get("/privacy/").context["messages"]]


def test_login_starts_a_fresh_session_and_is_remembered(world, client):
    client.get(URL)
    session = client.session
    session["typed"] = {}
    session.save()
    before = client.session.session_key
    response = attempt(client, username=" ＵＮＩＴ_admin ")
    assert (response.status_code, response["Location"]) == (302, "/work/")
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(world.unit_admin.pk)
    assert [(row.user, row.address) for row in Login.objects.all()] == [(world.unit_admin, "127.0.0.1")]
    entry = Entry.objects.get(action="login")
    assert (entry.actor, entry.data) == (world.unit_admin, {"address": "127.0.0.1"})


def test_wrong_identity_is_forgiven_and_told(world, client):
    assert attempt(client, username="lab_manager", identity="platform")["Location"] == "/work/"
    assert notes(client)[0] == "您的账号属于“实验室（院系）”，已按该身份登录。"


def test_right_identity_is_not_commented(world, client):
    attempt(client)
    assert notes(client) == ["您的邮箱还没有激活。请点开邮件里的链接，激活后才能提交审核。"]


@pytest.mark.parametrize("username", ["unit_admin", "nobody_here"])
def test_unknown_account_and_wrong_password_answer_alike(world, username):
    client = Client()
    said = []
    for _ in range(6):
        response = attempt(client, username=username, password="wrong")
        said.append((response.status_code, *told(response)))
    until = timezone.localtime(timezone.now() + timedelta(minutes=15))
    locked = f"连续输错 5 次，登录已锁定 15 分钟。请在 {until:%H:%M} 之后再试，或用“忘记密码”重设密码。"
    left = [(422, f"账号名称或密码不对。再错 {count} 次，账号将锁定 15 分钟。") for count in (4, 3, 2, 1)]
    assert said == [*left, (429, locked), (429, locked)]


def test_lock_by_account_holds_from_every_address_until_15_minutes_are_over(world, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    for number in range(5):
        attempt(
            Client(REMOTE_ADDR=f"10.0.0.{number}"),
            username="UNIT_ADMIN" if number % 2 else "unit_admin",
            password="x",
        )
    assert attempt(Client(REMOTE_ADDR="10.0.1.1")).status_code == 429
    assert attempt(Client(REMOTE_ADDR="10.0.1.1"), username="stranger").status_code == 302
    time_machine.move_to(now + timedelta(minutes=14, seconds=59), tick=False)
    assert attempt(Client(REMOTE_ADDR="10.0.1.1")).status_code == 429
    time_machine.move_to(now + timedelta(minutes=15, seconds=1), tick=False)
    assert attempt(Client(REMOTE_ADDR="10.0.1.1")).status_code == 302


def test_lock_by_address_holds_for_every_account(world):
    for number in range(5):
        attempt(Client(REMOTE_ADDR="10.0.0.1"), username=f"somebody{number}", password="x")
    assert attempt(Client(REMOTE_ADDR="10.0.0.1")).status_code == 429
    assert attempt(Client(REMOTE_ADDR="10.0.0.2")).status_code == 302


def test_own_account_does_not_wash_an_address_clean(world):
    client = Client(REMOTE_ADDR="10.0.0.1")
    for number in range(4):
        attempt(client, username=f"somebody{number}", password="x")
    assert attempt(client, username="stranger").status_code == 302
    client.post("/logout/")
    assert attempt(client, username="somebody", password="x").status_code == 429


def test_success_clears_the_own_wrong_tries(world):
    for number in range(4):
        attempt(Client(REMOTE_ADDR=f"10.0.0.{number}"), password="x")
    assert attempt(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302
    assert told(attempt(Client(REMOTE_ADDR="10.0.0.10"), password="x")) == [
        "账号名称或密码不对。再错 4 次，账号将锁定 15 分钟。"
    ]


def test_forwarded_address_is_ignored_without_a_proxy(world, settings):
    for number in range(5):
        attempt(Client(HTTP_X_FORWARDED_FOR=f"10.7.0.{number}"), username=f"somebody{number}", password="x")
    assert attempt(Client(HTTP_X_FORWARDED_FOR="10.7.1.1")).status_code == 429
    settings.BEHIND_PROXY = True
    assert attempt(Client(HTTP_X_FORWARDED_FOR="1.2.3.4, 10.7.1.1")).status_code == 302
    assert Login.objects.get().address == "10.7.1.1"


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_are_all_counted():
    World()
    answers = []

    def send(number):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        answers.append(attempt(client, password="wrong").status_code)
        connection.close()

    threads = [Thread(target=send, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [422] * 4 + [429] * 5
    assert sum(row.failures_since_start for row in AccessAttempt.objects.all()) == 5


def test_failures_are_logged_without_what_was_typed(world, client):
    attempt(client, username="unit_admin", password="x")
    attempt(client, username="Lushan-2026-typed-here", password="x")
    rows = (
        Entry.objects.filter(action="login_failed")
        .order_by("pk")
        .values_list("kind", "object_id", "label", "data")
    )
    here = {"address": "127.0.0.1"}
    assert list(rows) == [
        ("accounts.user", str(world.unit_admin.pk), "unit_admin", here),
        ("accounts.user", "", "", here),
    ]


def test_lock_is_logged(world, client):
    for _ in range(6):
        attempt(client, password="x")
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["login_failed"] * 4 + ["login_locked"] * 2


def test_inactive_account_says_so_to_who_knows_the_password_only(world, client):
    world.unit_admin.is_active = False
    world.unit_admin.save()
    response = attempt(client)
    assert (response.status_code, told(response)) == (
        422,
        ["该账号已停用。请联系本单位管理员重新启用，或拨打页面底部的平台电话。"],
    )
    assert told(attempt(client, password="x")) == ["账号名称或密码不对。再错 3 次，账号将锁定 15 分钟。"]


@pytest.mark.parametrize(
    "values",
    [{"identity": "x"}, {"username": ""}, {"password": ""}, {"username": "u" * 151}, {"password": "p" * 129}],
)
def test_bad_input_is_told_at_the_field(world, client, values):
    response = attempt(client, **values)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(values)
    assert PASSWORD not in response.text
    assert AccessAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/work/instrument/", "/work/instrument/"),
        ("https://evil.example/", "/work/"),
        ("//evil.example/", "/work/"),
        ("/\\evil.example", "/work/"),
        ("http://testserver/work/", "/work/"),
        ("javascript:alert(1)", "/work/"),
        ("home", "/work/"),
    ],
)
def test_next_leads_only_to_this_site(world, client, asked, reached):
    assert attempt(client, next=asked)["Location"] == reached


def test_signed_in_person_is_led_past_the_login_page(world, as_):
    assert as_(world.unit_admin).get(URL)["Location"] == "/work/"


def test_logout_is_a_post_that_ends_the_session(world, as_):
    client = as_(world.unit_admin)
    assert client.get("/logout/").status_code == 405
    assert client.get("/account/").status_code == 200
    assert client.post("/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session
    assert Entry.objects.get(action="logout").actor == world.unit_admin
    assert client.post("/logout/").status_code == 302


def test_demo_choices_exist_only_in_demo_mode(world, client, settings):
    world.unit_admin.username = ACCOUNTS[1].username
    world.unit_admin.save()
    assert client.post("/login/demo/", {"account": "unit"}).status_code == 404
    assert "演示账号" not in client.get(URL).text
    assert "_auth_user_id" not in client.session
    settings.IS_DEMO, settings.DEMO_ACCOUNTS = True, ACCOUNTS
    page = client.get(URL)
    assert [name for name in ("reviewer", "unit", "newunit", "lab", "admin") if f'value="{name}"' in page.text] == [
        "reviewer", "unit", "newunit", "lab", "admin",
    ]  # fmt: skip
    assert client.post("/login/demo/", {"account": "stranger"}).status_code == 404
    assert client.get("/login/demo/").status_code == 405
    assert client.post("/login/demo/", {"account": "unit"})["Location"] == "/work/"
    assert client.session["_auth_user_id"] == str(world.unit_admin.pk)

from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from keyi.accounts import passwords
from keyi.accounts.models import Login, User
from keyi.audit.models import Entry
from tests.world import PASSWORD

from .post import link_in

NEW = "Xiang-jiang-2026"
PAGES = ["/account/", "/account/edit/", "/account/email/", "/account/password/"]


def new(password=NEW, **values):
    return {"password": password, "password_again": password} | values


def ask(client, who):
    return client.post("/password/", {"who": who})


@pytest.mark.parametrize("url", PAGES)
def test_pages_need_a_sign_in(world, client, as_, url):
    assert client.get(url)["Location"] == f"/login/?next={url}"
    assert as_(world.stranger).get(url).status_code == 200
    assert client.put(url).status_code == 405


def test_account_page_shows_own_data_masked_and_nobody_elses(world, as_):
    world.unit_admin.mobile = "13911112222"
    world.unit_admin.save()
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
    Login.objects.create(user=world.unit_admin, address="10.1.2.3", browser=agent)
    Login.objects.create(user=world.stranger, address="10.9.9.9")
    text = as_(world.unit_admin).get("/account/").text
    for shown in (
        "unit_admin",
        "麓山大学",
        "法人单位管理员",
        "139****2222",
        "u***@example.org",
        "10.1.2.3",
        "Edge · Windows",
    ):
        assert shown in text
    for hidden in ("13911112222", "unit_admin@example.org", "10.9.9.9"):
        assert hidden not in text


def test_edit_changes_name_and_mobile(world, as_):
    client = as_(world.unit_admin)
    response = client.post(
        "/account/edit/", {"real_name": " 周明远 ", "mobile": "１３９ 0000 5555", "email": "x@y.org"}
    )
    assert response["Location"] == "/account/"
    user = User.objects.get(pk=world.unit_admin.pk)
    assert (user.real_name, user.mobile, user.email) == ("周明远", "13900005555", "unit_admin@example.org")
    assert Entry.objects.get(action="edit_account").actor == user


@pytest.mark.parametrize(
    "values", [{"real_name": "", "mobile": "x"}, {"real_name": "周" * 21, "mobile": "1"}]
)
def test_edit_refuses_bad_input(world, as_, values):
    response = as_(world.unit_admin).post("/account/edit/", values)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["real_name", "mobile"]
    assert User.objects.get(pk=world.unit_admin.pk).real_name == "周明"


def test_new_address_counts_once_its_link_is_opened(world, as_, post):
    client = as_(world.unit_admin)
    assert (
        client.post("/account/email/", {"email": "new@example.org", "old_password": "x"}).status_code == 422
    )
    assert post.fetch() == []
    client.post("/account/email/", {"email": "new@example.org", "old_password": PASSWORD})
    sent = post.fetch()
    assert [message.to for message in sent] == [["new@example.org"]]
    assert User.objects.get(pk=world.unit_admin.pk).email == "unit_admin@example.org"
    client.post(link_in(sent[0]))
    user = User.objects.get(pk=world.unit_admin.pk)
    assert (user.email, user.email_verified_at is None) == ("new@example.org", False)
    assert [(message.to, message.subject) for message in post.fetch()] == [
        (["unit_admin@example.org"], "您的电子邮箱已修改")
    ]
    assert client.post(link_in(sent[0])).status_code == 410


def test_password_change_asks_for_the_old_one_and_ends_other_sessions(world, client, as_, post):
    other = Client()
    other.force_login(world.unit_admin)
    as_(world.unit_admin)
    refused = client.post("/account/password/", new(old_password="wrong"))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["old_password"])
    assert client.post("/account/password/", new(old_password=PASSWORD))["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert User.objects.get(pk=world.unit_admin.pk).check_password(NEW)
    assert Entry.objects.get(action="change_password").actor == world.unit_admin
    assert [message.subject for message in post.fetch()] == ["您的密码已修改"]


def test_last_five_passwords_are_refused(world, as_):
    used = [PASSWORD, *(f"Xiang-jiang-{year}" for year in range(2020, 2026))]
    for old, password in pairwise(used):
        answer = as_(User.objects.get(pk=world.unit_admin.pk)).post(
            "/account/password/", new(password, old_password=old)
        )
        assert answer["Location"] == "/account/"
    client = as_(User.objects.get(pk=world.unit_admin.pk))
    for password in used[-5:]:
        response = client.post("/account/password/", new(password, old_password=used[-1]))
        assert response.context["form"].errors == {
            "password": ["这个密码用过。新密码不能与最近 5 次用过的相同。"]
        }
    assert client.post("/account/password/", new(used[1], old_password=used[-1])).status_code == 302
    assert world.unit_admin.old_passwords.count() == passwords.REMEMBERED


@pytest.mark.parametrize(
    ("who", "mails"),
    [
        ("unit_admin", 1),
        ("UNIT_ADMIN", 1),
        ("unit_admin@example.org", 1),
        ("nobody", 0),
        ("nobody@example.org", 0),
    ],
)
def test_forgotten_password_answers_alike(world, client, post, who, mails):
    response = ask(client, who)
    assert (response.status_code, response["Location"]) == (302, "/password/sent/")
    assert len(post.fetch()) == mails


def test_reset_link_sets_the_password_once(world, client, post):
    signed_in = Client()
    signed_in.force_login(world.unit_admin)
    ask(client, "unit_admin")
    link = link_in(post.fetch()[0])
    assert client.get(link).status_code == 200
    weak = client.post(link, new("short"))
    assert (weak.status_code, list(weak.context["form"].errors)) == (422, ["password"])
    assert client.post(link, new())["Location"] == "/login/"
    user = User.objects.get(pk=world.unit_admin.pk)
    assert user.check_password(NEW)
    assert user.email_verified_at is not None
    assert signed_in.get("/account/").status_code == 302
    assert (client.get(link).status_code, client.post(link, new("Other-one-2026")).status_code) == (410, 410)
    assert User.objects.get(pk=user.pk).check_password(NEW)
    assert Entry.objects.get(action="reset_password").actor == user


def test_reset_link_ends_after_30_minutes(world, client, post, time_machine):
    ask(client, "unit_admin")
    link = link_in(post.fetch()[0])
    time_machine.move_to((timezone.now() + timedelta(minutes=31)).timestamp())
    assert client.get(link).status_code == 410
    assert client.post(link, new()).status_code == 410
    assert User.objects.get(pk=world.unit_admin.pk).check_password(PASSWORD)


def test_reset_link_of_another_account_does_not_fit(world, client, post):
    ask(client, "unit_admin")
    token = link_in(post.fetch()[0]).split("/")[3]
    ask(client, "stranger")
    key = link_in(post.fetch()[0]).split("/")[2]
    assert client.post(f"/password/{key}/{token}/", new()).status_code == 410
    for bad in ("x", "MA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "%00"):
        assert client.get(f"/password/{bad}/{token}/").status_code == 410


def test_reset_unlocks_the_account(world, client, post):
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            "/login/", {"identity": "institution", "username": "unit_admin", "password": "x"}
        )
    ask(client, "unit_admin")
    client.post(link_in(post.fetch()[0]), new())
    answer = client.post("/login/", {"identity": "institution", "username": "unit_admin", "password": NEW})
    assert answer.status_code == 302


def test_reset_mails_are_limited_per_account_and_asking_per_address(world, client, post):
    for number in range(5):
        ask(Client(REMOTE_ADDR=f"10.0.0.{number}"), "unit_admin")
    assert len(post.fetch()) == 3
    for _ in range(10):
        assert ask(client, "nobody").status_code == 302
    assert ask(client, "stranger").status_code == 429
    assert post.fetch() == []


def test_mails_are_plain_chinese_with_the_sites_address(world, client, post, settings):
    settings.SITE_URL = "https://kxyq.example.org"
    ask(client, "unit_admin")
    message = post.fetch()[0]
    assert (message.subject, message.to) == ("重设密码", ["unit_admin@example.org"])
    assert message.body.startswith(
        "周明，您好：\n\n请点开下面的链接，为账号“unit_admin”重设密码：\n\nhttps://kxyq.example.org/password/"
    )
    assert "链接 30 分钟内有效，只能使用一次。" in message.body

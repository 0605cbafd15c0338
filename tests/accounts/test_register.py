from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keyi.accounts import captcha
from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.roles import Role
from keyi.accounts.terms import TERMS_VERSION
from keyi.audit.models import Entry
from tests.world import World

from .post import link_in
from .registering import solve, typed

URL = "/register/"


def errors(response) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_register_opens_unit_account_and_role_together(world, client, post):
    before = timezone.now()
    response = client.post(
        URL, typed(world, uscc=" １２430000mb0000035p ", username="Yuelu_Lab", mobile="139-0000 1234")
    )
    assert response.status_code == 302
    assert response["Location"] == "/register/done/"
    unit = OrgUnit.objects.get(uscc="12430000MB0000035P")
    assert (unit.level, unit.name, unit.nature) == ("institution", "岳麓材料研究所", "institute")
    assert (unit.parent, unit.division) == (world.changsha_city, world.yuelu)
    user = User.objects.get(username="Yuelu_Lab")
    assert (user.real_name, user.mobile, user.email) == ("周明", "13900001234", "zhou@example.org")
    assert user.check_password("Qing-feng-2026")
    assert (user.terms_version, user.email_verified_at) == (TERMS_VERSION, None)
    assert user.terms_agreed_at >= before
    assert [(m.unit, m.role) for m in user.memberships.all()] == [(unit, Role.INSTITUTION_ADMIN)]
    entry = Entry.objects.get(action="register")
    assert (entry.actor, entry.object_id, entry.data["uscc"]) == (user, str(user.pk), "12430000MB0000035P")
    assert [message.to for message in post.fetch()] == [["zhou@example.org"]]


def test_done_page_repeats_the_account_name_to_this_browser_only(world, client):
    client.post(URL, typed(world))
    page = client.get("/register/done/")
    assert "yuelu_lab" in page.text
    assert "z***@example.org" in page.text
    assert "zhou@example.org" not in page.text
    assert Client().get("/register/done/")["Location"] == "/login/"


def test_register_offers_only_the_identity_that_works(world, client):
    page = client.get(URL)
    assert page.context["form"].fields["identity"].choices == [("institution_admin", "法人单位管理员")]
    assert not page.context["form"]["agree"].value()
    response = client.post(URL, typed(world, identity="lab_manager"))
    assert (response.status_code, list(errors(response))) == (422, ["identity"])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("uscc", "", "请填写。"),
        ("uscc", "12430000MB0000035Q", "第 18 位校验码不对"),
        ("unit_name", "", "请填写。"),
        ("unit_name", "岳" * 101, "最多 100 个字，现有 101 个字，请缩短。"),
        ("nature", "farm", "请选择"),
        ("division", "division:430100", "请在列表中选择县（市、区）。"),
        ("division", "", "请选择"),
        ("real_name", "周" * 21, "最多 20 个字，现有 21 个字，请缩短。"),
        ("mobile", "12345", ""),
        ("email", "zhou@", "请填写完整的电子邮箱，例：office@example.org。"),
        ("username", "abc", "4～32 位，字母开头，只用字母、数字和下划线。"),
        ("username", "1abcd", "4～32 位，字母开头，只用字母、数字和下划线。"),
        ("username", "周明周明", "4～32 位，字母开头，只用字母、数字和下划线。"),
        ("username", "UNIT_ADMIN", "这个账号名称已被使用，请换一个。"),
        ("password", "Qing-feng-1", "现有 11 位，至少要 12 位。"),
        ("password", "qingfengmingyue1", "请用大写字母、小写字母、数字、符号中的三种。"),
        ("password", "My-yuelu_Lab-2026", "密码不能包含账号名称。"),
        ("password", "Password-2026", "这个密码太常见，容易被猜到。请换一个，例如几个词中间夹上数字。"),
        ("password_again", "Qing-feng-2027", "两次输入的密码不一样，请重新输入。"),
        ("agree", "", "请阅读《用户协议》和《个人信息处理规则》，同意后勾选，才能注册。"),
    ],
)
def test_register_refuses_and_keeps_what_was_typed(world, client, field, value, message):
    data = typed(world, **{field: value})
    if field == "password":
        data["password_again"] = value
    response = client.post(URL, data)
    assert response.status_code == 422
    found = errors(response)
    assert list(found) == [field]
    assert message in found[field][0]
    assert 'value="岳麓材料研究所"' in response.text or field == "unit_name"
    assert "Qing-feng-2026" not in response.text
    assert not User.objects.filter(email="zhou@example.org").exists()
    assert not OrgUnit.objects.filter(uscc="12430000MB0000035P").exists()


def test_second_registrant_is_told_masked_who_has_the_unit(world, client):
    world.unit_admin.mobile = "13911118888"
    world.unit_admin.save()
    response = client.post(URL, typed(world, uscc=world.university.uscc))
    assert response.status_code == 422
    assert errors(response) == {
        "uscc": [
            "该单位已由 周*（139****8888）注册，一个代码只能注册一次。"
            "如需更换管理员，请与其联系，或凭加盖公章的公函申请变更单位管理员。"
        ]
    }
    assert 'href="/administrator-change/"' in response.text
    assert "13911118888" not in response.text
    assert "周明" not in response.text.replace('value="周明"', "")


def test_same_unit_name_is_asked_about_once(world, client):
    data = typed(world, unit_name="麓山大学")
    response = client.post(URL, data)
    assert (response.status_code, list(errors(response))) == (422, ["unit_name"])
    assert 'name="same_name" value="麓山大学"' in response.text
    assert client.post(URL, data | {"same_name": "麓山大学"}).status_code == 302
    assert OrgUnit.objects.filter(name="麓山大学").count() == 2


def test_script_in_text_is_shown_as_text(world, client):
    page = client.post(URL, typed(world, unit_name="<script>alert(1)</script>", agree=""))
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_without_proof_three_accounts_an_hour_from_one_address(world, client):
    for number in range(3):
        OrgUnit.objects.filter(uscc="12430000MB0000035P").update(uscc=f"was-{number}")
        assert (
            client.post(URL, typed(world, username=f"user{number}", unit_name=f"单位{number}")).status_code
            == 302
        )
    OrgUnit.objects.filter(uscc="12430000MB0000035P").update(uscc="was-3")
    response = client.post(
        URL, typed(world, username="user4", unit_name="单位四", uscc=world.university.uscc)
    )
    assert response.status_code == 429
    assert "每小时只能注册几个账号" in response.text
    assert "周*" not in response.text
    assert 'value="单位四"' in response.text
    assert (
        Client(REMOTE_ADDR="10.9.9.9")
        .post(URL, typed(world, username="user5", unit_name="单位五"))
        .status_code
        == 302
    )


def test_codes_cannot_be_tried_out_without_end(world, client):
    for _ in range(20):
        assert client.post(URL, typed(world, uscc=world.university.uscc)).status_code == 422
    response = client.post(URL, typed(world, uscc=world.university.uscc))
    assert response.status_code == 429
    assert "周*" not in response.text


@pytest.fixture
def _light_work(monkeypatch):
    """As many tries as ever, each of them quick."""
    monkeypatch.setattr(captcha, "COST", 5)


@pytest.mark.usefixtures("_light_work")
def test_proof_of_work_counts_once(world, client):
    payload = solve(client.get("/register/challenge/").json())
    assert client.post(URL, typed(world, altcha=payload)).status_code == 302
    again = client.post(URL, typed(world, altcha=payload, username="other_one", uscc="12430000MB0000043J"))
    assert again.status_code == 422
    assert "机器校验已过期或已用过" in again.text
    assert not User.objects.filter(username="other_one").exists()


@pytest.mark.usefixtures("_light_work")
def test_proof_of_work_refuses_old_forged_and_broken_answers(db, time_machine):
    payload = solve(captcha.new_challenge())
    time_machine.move_to(timezone.now() + captcha.LIFETIME + timedelta(minutes=1))
    assert captcha.is_solved(payload) is False
    forged = captcha.new_challenge()
    forged["parameters"]["cost"] = 1
    forged["parameters"]["expiresAt"] += 10**6
    assert captcha.is_solved(solve(forged)) is False
    for broken in ("", "x", "e30=", "bnVsbA==", "W10=", "9" * 5000):
        assert captcha.is_solved(broken) is False
    assert captcha.is_solved(solve(captcha.new_challenge())) is True


@pytest.mark.usefixtures("_light_work")
def test_proof_of_work_lifts_the_limit_for_browsers_without_script(world, client):
    for _ in range(21):
        client.post(URL, typed(world, uscc=world.university.uscc))
    payload = solve(client.get("/register/challenge/").json())
    assert client.post(URL, typed(world, altcha=payload)).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("second", "field", "message"),
    [
        ({"username": "other_one"}, "uscc", "该单位已由 周*（139****1234）注册"),
        ({"username": "YUELU_LAB", "uscc": "12430000MB0000043J"}, "username", "这个账号名称已被使用"),
    ],
)
def test_two_registrations_at_once_one_wins_the_other_is_told(second, field, message):
    world, answers = World(), []

    def send(values):
        answers.append(Client().post(URL, typed(world, unit_name=f"单位{values}", **values)))
        connection.close()

    threads = [Thread(target=send, args=(values,)) for values in ({}, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    loser = next(answer for answer in answers if answer.status_code == 422)
    assert list(errors(loser)) == [field]
    assert message in errors(loser)[field][0]
    assert Membership.objects.filter(unit__name__startswith="单位").count() == 1


def test_confirmation_link_works_once_by_button(world, client, post):
    client.post(URL, typed(world))
    link = link_in(post.fetch()[0])
    page = client.get(link)
    assert (page.status_code, "z***@example.org" in page.text) == (200, True)
    assert User.objects.get(username="yuelu_lab").email_verified_at is None
    assert Client().post(link)["Location"] == "/login/"
    first = User.objects.get(username="yuelu_lab").email_verified_at
    assert first is not None
    assert Client().post(link).status_code == 410
    assert User.objects.get(username="yuelu_lab").email_verified_at == first


def test_confirmation_link_ends_after_three_days(world, client, post, time_machine):
    client.post(URL, typed(world))
    link = link_in(post.fetch()[0])
    time_machine.move_to(timezone.now() + timedelta(days=3, minutes=1))
    assert client.get(link).status_code == 410
    assert client.get("/confirm/made-up/").status_code == 410


def test_confirmation_is_sent_again_three_times_an_hour(world, client, post):
    client.post(URL, typed(world))
    for _ in range(4):
        client.post(reverse("verify-resend"))
    assert len(post.fetch()) == 4
    assert Client().post(reverse("verify-resend"))["Location"] == "/login/"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_register_refuses_other_methods(world, client, method):
    assert getattr(client, method)(URL).status_code == 405

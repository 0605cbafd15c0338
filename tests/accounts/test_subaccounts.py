"""实验室（院系）账号管理: one account per laboratory, a password by mail, switching off and on."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keyi.accounts.models import LinkMail, Membership, User
from keyi.accounts.tasks import mail_reset
from keyi.audit.models import Entry
from tests.accounts.post import link_in
from tests.world import PASSWORD

URL, NEW = "/work/accounts/", "/work/accounts/new/"
FRESH = "Yun-lu-2026-keyi"


def typed(place, **values):
    return {
        "lab": place.pk, "username": "huaxue_lab", "real_name": "赵云", "mobile": "139 0000 4321",
        "email": "zhao@example.org",
    } | values  # fmt: skip


def own(lab):
    return Membership.objects.get(unit=lab, role="lab_manager", ended_at=None)


def url(name, membership, *more):
    return reverse(f"lab-account-{name}", args=[membership.pk, *more])


def said(response):
    return [str(message) for message in response.context["messages"]]


def sign_in(name, password):
    client = Client()
    answer = client.post("/login/", {"identity": "lab", "username": name, "password": password})
    return client, answer


# Opening


def test_the_list_shows_accounts_masked(world, as_):
    (row,) = as_(world.unit_admin).get(URL).context["page"].object_list
    assert (row["user"], row["mobile"], row["email"], row["is_on"], row["has_password"]) == (
        world.lab_manager, "139****0000", "l***@example.org", True, True,
    )  # fmt: skip
    page = as_(world.unit_admin).get(URL).content.decode()
    assert "lab_manager@example.org" not in page
    assert "13900000000" not in page


def test_the_list_is_searched_within_the_own_unit(world, as_):
    client = as_(world.unit_admin)
    found = lambda q: [row["user"] for row in client.get(URL, {"q": q}).context["page"].object_list]  # noqa: E731
    assert (found("分析测试"), found("李楠"), found("LAB_manager"), found("检测一室")) == (
        [world.lab_manager], [world.lab_manager], [world.lab_manager], [],
    )  # fmt: skip


def test_an_account_is_opened_without_a_password_and_the_link_sets_one(world, as_, run_jobs):
    response = as_(world.unit_admin).post(NEW, typed(world.other_department), follow=True)
    assert said(response) == [
        "账号“huaxue_lab”已开设。",
        "设置密码的链接正在发往 z***@example.org，只能用一次，30 分钟内有效。",
    ]
    user = User.objects.get(username="huaxue_lab")
    assert (user.real_name, user.mobile, user.email, user.has_usable_password(), user.email_verified_at) == (
        "赵云", "13900004321", "zhao@example.org", False, None,
    )  # fmt: skip
    assert own(world.other_department).user == user
    assert Entry.objects.get(action="lab_account.create").data["lab"] == "化学化工学院"
    run_jobs()
    assert mail.outbox[0].to == ["zhao@example.org"]
    link = link_in(mail.outbox[0])
    visitor = Client()
    assert visitor.post(link, {"password": FRESH, "password_again": FRESH}).status_code == 302
    assert visitor.get(link).status_code == 410
    user.refresh_from_db()
    assert user.email_verified_at is not None
    client, answer = sign_in("huaxue_lab", FRESH)
    assert answer["Location"] == "/work/"
    assert client.get("/work/instruments/").status_code == 200


def test_the_link_ends_after_thirty_minutes(world, as_, run_jobs, settings):
    as_(world.unit_admin).post(NEW, typed(world.other_department))
    run_jobs()
    link = link_in(mail.outbox[0])
    assert Client().get(link).status_code == 200
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(link).status_code == 410


def test_the_form_offers_the_labs_of_the_unit_and_marks_those_with_an_account(world, as_):
    closed = world.node("department", "已停用的院系", world.university, is_active=False)
    form = as_(world.unit_admin).get(NEW).context["form"]
    field = form.fields["lab"]
    assert set(field.queryset) == {world.department, world.lab, world.other_department}
    assert field.widget.accounts == {world.department.pk: "lab_manager"}
    tree = field.widget.get_context("lab", None, {"id": "id_lab"})["tree"]
    assert [(top["label"], [one["label"] for one in below]) for top, below in tree] == [
        ("分析测试中心", ["无机元素分析室"]), ("化学化工学院", []),
    ]  # fmt: skip
    response = as_(world.unit_admin).post(NEW, typed(closed))
    assert list(response.context["form"].errors) == ["lab"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lab": ""}, "lab"),
        ({"lab": "x"}, "lab"),
        ({"lab": "999999"}, "lab"),
        ({"username": "ab"}, "username"),
        ({"username": "LAB_Manager"}, "username"),
        ({"real_name": ""}, "real_name"),
        ({"mobile": "12345"}, "mobile"),
        ({"email": "没有"}, "email"),
    ],
)
def test_bad_input_is_answered_at_the_field_and_opens_nothing(world, as_, values, field):
    response = as_(world.unit_admin).post(NEW, typed(world.other_department, **values))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not User.objects.filter(username="huaxue_lab").exists()
    assert response.context["form"]["email"].value() == values.get("email", "zhao@example.org")


def test_a_lab_with_an_account_gets_no_second_one(world, as_):
    response = as_(world.unit_admin).post(NEW, typed(world.department))
    assert response.context["form"].errors["lab"] == [
        "“分析测试中心”已有账号“lab_manager”（李*），每个实验室（院系）只能建立 1 个账号。"
        "请先停用原账号，或给原账号重新发送链接。"
    ]
    assert Membership.objects.filter(unit=world.department).count() == 1


def test_a_foreign_lab_is_not_offered(world, as_):
    response = as_(world.stranger).post(NEW, typed(world.other_department))
    assert list(response.context["form"].errors) == ["lab"]
    assert list(response.context["form"].fields["lab"].queryset) == [world.strange_lab]


@pytest.mark.django_db(transaction=True)
def test_two_accounts_for_one_lab_at_once_make_one(world):
    gate, answers = threading.Barrier(2), []

    def click(number):
        client = Client()
        client.force_login(world.unit_admin)
        gate.wait(timeout=10)
        response = client.post(NEW, typed(world.other_department, username=f"huaxue_{number}"))
        answers.append((response.status_code, "已有账号" in response.content.decode()))
        connection.close()

    threads = [threading.Thread(target=click, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == [(302, False), (422, True)]
    assert Membership.objects.filter(unit=world.other_department).count() == 1
    assert User.objects.filter(username__startswith="huaxue").count() == 1


# The mail


def test_the_mail_button_sends_a_link_and_says_where_to(world, as_, run_jobs):
    response = as_(world.unit_admin).post(url("mail", own(world.department)), follow=True)
    assert said(response) == ["设置密码的链接正在发往 l***@example.org，只能用一次，30 分钟内有效。"]
    run_jobs()
    link = link_in(mail.outbox[0])
    assert Client().post(link, {"password": FRESH, "password_again": FRESH}).status_code == 302
    assert sign_in("lab_manager", FRESH)[1].status_code == 302
    (row,) = as_(world.unit_admin).get(URL).context["page"].object_list
    assert (row["membership"].mail_sent_at is not None, row["membership"].mail_failed_at) == (True, None)
    assert Entry.objects.get(action="lab_account.mail").actor_id == world.unit_admin.pk


def test_a_mail_that_fails_is_shown_and_can_be_sent_again(world, as_, run_jobs, settings):
    client = as_(world.unit_admin)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.accounts.test_subaccounts.Broken"
    client.post(url("mail", own(world.department)))
    with pytest.raises(OSError, match="no mail server"):
        run_jobs()
    assert "邮件发送失败" in client.get(URL).content.decode()
    settings.EMAIL_BACKEND = works
    client.post(url("mail", own(world.department)))
    run_jobs()
    page = client.get(URL).content.decode()
    assert ("邮件发送失败" in page, "链接已发送" in page) == (False, True)
    assert LinkMail.objects.count() == 2


class Broken:
    """A mail server that is not there."""

    def __init__(self, **_options):
        pass

    def send_messages(self, _messages):
        raise OSError("no mail server")


def test_a_retry_of_the_worker_that_succeeds_counts_as_sent(world, as_, run_jobs, settings):
    link = LinkMail.objects.create(user=world.lab_manager, asked_by=world.unit_admin)
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.accounts.test_subaccounts.Broken"
    with pytest.raises(OSError, match="no mail server"):
        mail_reset(user_id=world.lab_manager.pk, link_mail_id=link.pk)
    settings.EMAIL_BACKEND = works
    mail_reset(user_id=world.lab_manager.pk, link_mail_id=link.pk)
    link.refresh_from_db()
    assert (link.sent_at is not None, link.failed_at) == (True, None)


def test_too_many_mails_within_the_hour_are_refused(world, as_):
    client = as_(world.unit_admin)
    for _n in range(5):
        client.post(url("mail", own(world.department)))
    response = client.post(url("mail", own(world.department)), follow=True)
    assert said(response)[-1] == "一小时内已向该账号发送多封邮件，请稍后再发。"
    assert LinkMail.objects.count() == 5


# Switching off and on


def test_an_account_that_is_switched_off_is_out_at_once(world, as_):
    membership = own(world.department)
    client, answer = sign_in("lab_manager", PASSWORD)
    assert answer.status_code == 302
    as_(world.unit_admin).post(url("switch", membership, "off"))
    assert client.get("/work/instruments/")["Location"].startswith("/login/")
    _client, answer = sign_in("lab_manager", PASSWORD)
    assert answer.context["form"].non_field_errors() == [
        "该账号已停用。请联系本单位管理员重新启用，或拨打页面底部的平台电话。"
    ]
    _client, answer = sign_in("lab_manager", "wrong")
    assert "停用" not in str(answer.context["form"].non_field_errors())
    as_(world.unit_admin).post(url("switch", membership, "on"))
    assert client.get("/work/instruments/")["Location"].startswith("/login/"), "the old session stays ended"
    assert sign_in("lab_manager", PASSWORD)[1].status_code == 302
    assert list(Entry.objects.filter(action__startswith="lab_account").values_list("action", flat=True)) == [
        "lab_account.on", "lab_account.off",
    ]  # fmt: skip


def test_switching_off_frees_the_lab_and_the_old_account_stays_off(world, as_):
    client, old = as_(world.unit_admin), own(world.department)
    client.post(url("switch", old, "off"))
    assert client.post(NEW, typed(world.department)).status_code == 302
    response = client.post(url("switch", old, "on"), follow=True)
    assert said(response)[-1] == (
        "“分析测试中心”现在已有另一个账号，“lab_manager”不能启用。请先停用另一个账号。"
    )
    world.lab_manager.refresh_from_db()
    assert (own(world.department).user.username, world.lab_manager.is_active) == ("huaxue_lab", False)
    assert [row["is_on"] for row in client.get(URL).context["page"].object_list] == [True, False]


def test_no_mail_goes_to_an_account_that_is_off(world, as_):
    client, membership = as_(world.unit_admin), own(world.department)
    client.post(url("switch", membership, "off"))
    assert client.post(url("mail", membership)).status_code == 404
    assert client.post(url("switch", membership, "explode")).status_code == 404
    assert LinkMail.objects.count() == 0


# Editing


def test_a_new_address_is_to_be_confirmed_again(world, as_, run_jobs):
    User.objects.filter(pk=world.lab_manager.pk).update(email_verified_at=timezone.now())
    response = as_(world.unit_admin).post(
        url("edit", own(world.department)),
        {"real_name": "李南", "mobile": "13900000000", "email": "nan@example.org"},
        follow=True,
    )
    assert said(response) == ["已保存。确认邮件正在发往 n***@example.org，新邮箱确认之前不能提交审核。"]
    user = User.objects.get(pk=world.lab_manager.pk)
    assert (user.real_name, user.email, user.email_verified_at) == ("李南", "nan@example.org", None)
    assert Entry.objects.get(action="lab_account.edit").data == {"changed": ["real_name", "email"]}
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["lab_manager@example.org", "nan@example.org"]


def test_a_wrong_address_is_corrected_before_the_first_password(world, as_, run_jobs):
    client = as_(world.unit_admin)
    client.post(NEW, typed(world.other_department))
    run_jobs()
    first = link_in(mail.outbox[0])
    values = {"real_name": "赵云", "mobile": "13900004321", "email": "right@example.org"}
    client.post(url("edit", own(world.other_department)), values)
    run_jobs()
    assert [message.to for message in mail.outbox] == [["zhao@example.org"], ["right@example.org"]]
    assert Client().get(first).status_code == 410, "the link that went to a wrong address is dead"
    assert Client().get(link_in(mail.outbox[1])).status_code == 200


def test_bad_input_changes_nothing(world, as_):
    response = as_(world.unit_admin).post(
        url("edit", own(world.department)), {"real_name": "", "mobile": "1", "email": "x"}
    )
    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        ["real_name", "mobile", "email"],
    )
    assert User.objects.get(pk=world.lab_manager.pk).real_name == "李楠"


# Who may not


def test_another_units_accounts_do_not_exist(world, as_):
    membership, client = own(world.department), as_(world.stranger)
    assert client.get(URL).context["page"].paginator.count == 0
    assert client.get(url("edit", membership)).status_code == 404
    values = {"real_name": "赵云", "mobile": "13900004321", "email": "evil@example.org"}
    for path in (url("edit", membership), url("mail", membership), url("switch", membership, "off")):
        assert client.post(path, values).status_code == 404
    world.lab_manager.refresh_from_db()
    assert (world.lab_manager.email, world.lab_manager.is_active) == ("lab_manager@example.org", True)
    assert LinkMail.objects.count() == 0


def test_an_administrator_is_no_laboratory_account(world, as_):
    admin = Membership.objects.get(user=world.unit_admin)
    assert as_(world.unit_admin).post(url("switch", admin, "off")).status_code == 404
    assert as_(world.unit_admin).get(url("edit", admin)).status_code == 404


@pytest.mark.parametrize("who", ["lab_manager", "reviewer", "system_admin"])
def test_nobody_else_gets_in(world, as_, who):
    membership, client = own(world.department), as_(getattr(world, who))
    assert {client.get(path).status_code for path in (URL, NEW, url("edit", membership))} == {403}
    assert client.post(NEW, typed(world.other_department)).status_code == 403
    assert client.post(url("switch", membership, "off")).status_code == 403
    assert not User.objects.filter(username="huaxue_lab").exists()


def test_wrong_methods_and_visitors(world, as_, client):
    membership = own(world.department)
    assert client.get(URL)["Location"].startswith("/login/")
    admin = as_(world.unit_admin)
    assert admin.get(url("mail", membership)).status_code == 405
    assert admin.get(url("switch", membership, "off")).status_code == 405
    assert admin.post(URL).status_code == 405


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    world, as_, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_(world.unit_admin)
    client.get(URL)
    with django_assert_max_num_queries(100) as few:
        client.get(URL)
    for n in range(12):
        lab = world.node("lab", f"实验室 {n}", world.department)
        world.person(f"lab_{n}", lab, "lab_manager", "赵云")
    with django_assert_num_queries(len(few)):
        client.get(URL)

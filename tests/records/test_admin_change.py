"""单位管理员变更: asked for on a public page with a stamped letter, confirmed by mail, decided by the province."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from keyi.accounts.models import Membership, User
from keyi.audit.models import Entry
from keyi.inbox.models import Message
from keyi.records.models import AdminChange
from keyi.review.models import ReviewEvent
from keyi.review.status import Status
from tests.accounts.post import link_in
from tests.core.samples import pdf, upload
from tests.world import PASSWORD

URL = "/administrator-change/"
FRESH = "Yun-lu-2026-keyi"
QUEUE = "/review/"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def letter(name="公函.pdf", **kwargs):
    return upload(pdf(pages=1), name)


def typed(world, **values):
    return {
        "uscc": world.university.uscc, "name": "麓山大学", "real_name": "赵云", "mobile": "139 0000 4321",
        "email": "zhao@example.org", "username": "lushan_new", "reason_given": "原管理员已离职。",
        "letter": letter(), "agree": "on",
    } | values  # fmt: skip


def kept(**values):
    return {
        "name": "麓山大学", "real_name": "赵云", "mobile": "13900004321", "username": "lushan_new",
        "reason_given": "原管理员已离职。",
    } | values  # fmt: skip


def ask(world, run_jobs, **values) -> str:
    """Ask as a visitor; the address of the link in the mail."""
    answer = Client().post(URL, typed(world, **values))
    assert answer.status_code == 302, answer.context["form"].errors
    before = len(mail.outbox)
    run_jobs()
    return link_in(mail.outbox[before:][-1])


def submitted(world, run_jobs, **values) -> AdminChange:
    link = ask(world, run_jobs, **values)
    again = {name: value for name, value in values.items() if name in kept()}
    assert Client().post(link, kept(**again)).status_code == 302
    return AdminChange.objects.latest("pk")


def decide(client, record, do, **values):
    record.refresh_from_db()
    return client.post(
        reverse("review-record", args=["admin-changes", record.pk]),
        {"do": do, "version": record.version} | values,
    )


def administrator(unit):
    return Membership.objects.get(unit=unit, role="institution_admin", ended_at=None).user


# The whole way


def test_from_the_request_to_the_new_administrator(world, as_, run_jobs):
    old = Client()
    old.post("/login/", {"identity": "institution", "username": "unit_admin", "password": PASSWORD})
    visitor = Client()
    answer = visitor.post(URL, typed(world), follow=True)
    assert "z***@example.org" in answer.content.decode()
    record = AdminChange.objects.get()
    assert (record.status, record.unit, record.requester, record.asked_by) == (
        Status.DRAFT, world.university, None, None,
    )  # fmt: skip
    run_jobs()
    link = link_in(mail.outbox[0])
    assert mail.outbox[0].to == ["zhao@example.org"]
    page = visitor.get(link).content.decode()
    assert "公函.pdf" in page
    done = visitor.post(link, kept(), follow=True).content.decode()
    record.refresh_from_db()
    assert (record.status, record.receipt in done) == (Status.ENDORSED, True)
    assert visitor.get(link).status_code == 410
    assert (record.requester.is_active, record.requester.username) == (False, "lushan_new")
    assert administrator(world.university) == world.unit_admin

    reviewer = as_(world.reviewer)
    assert "麓山大学：管理员变更" in reviewer.get(QUEUE).content.decode()
    shown = reviewer.get(reverse("review-record", args=["admin-changes", record.pk])).content.decode()
    assert [
        text in shown
        for text in ("赵云", "lushan_new", "原管理员已离职", "周明 (unit_admin)", "未登录的申请人")
    ] == [True] * 5
    token = record.files.get().token
    assert reviewer.get(reverse("record-file", args=[token])).status_code == 200

    mail.outbox.clear()
    assert decide(reviewer, record, "grant").status_code == 302
    record.refresh_from_db()
    assert (record.status, administrator(world.university).username) == (Status.GRANTED, "lushan_new")
    former = Membership.objects.get(user=world.unit_admin)
    assert former.ended_at is not None
    assert old.get("/work/")["Location"].startswith("/login/")
    answer = old.post("/login/", {"identity": "institution", "username": "unit_admin", "password": PASSWORD})
    assert "该账号已停用" in str(answer.context["form"].non_field_errors())
    assert Message.objects.filter(recipient=world.unit_admin).first().subject == "您不再是“麓山大学”的管理员"
    entry = Entry.objects.get(action="admin_change")
    assert (entry.label, entry.data) == ("麓山大学", {"before": "unit_admin", "after": "lushan_new"})

    run_jobs()
    first = next(message for message in mail.outbox if message.to == ["zhao@example.org"])
    link = link_in(first)
    assert visitor.post(link, {"password": FRESH, "password_again": FRESH}).status_code == 302
    answer = visitor.post("/login/", {"identity": "institution", "username": "lushan_new", "password": FRESH})
    assert answer["Location"] == "/work/"
    assert visitor.get("/work/labs/").status_code == 200
    assert [event.transition for event in ReviewEvent.objects.order_by("pk")] == ["submit", "grant"]


def test_a_return_tells_the_reason_by_mail_and_is_handed_in_again(world, as_, run_jobs):
    record = submitted(world, run_jobs)
    run_jobs()
    mail.outbox.clear()
    answer = decide(
        as_(world.reviewer), record, "return", comment="公章不清楚。", **{"mark-letter": "请重新盖章扫描。"}
    )
    assert answer.status_code == 302
    run_jobs()
    (message,) = mail.outbox
    assert (message.to, "公章不清楚。" in message.body) == (["zhao@example.org"], True)
    link, visitor = link_in(message), Client()
    page = visitor.get(link).content.decode()
    assert [text in page for text in ("公章不清楚。", "请重新盖章扫描。", "lushan_new")] == [True] * 3
    values = kept(reason_given="原管理员已退休。") | {"letter": letter("公函二.pdf")}
    assert visitor.post(link, values).status_code == 302
    record.refresh_from_db()
    assert (record.status, record.version, record.reason_given) == (Status.ENDORSED, 2, "原管理员已退休。")
    assert [file.name for file in record.files.current("letter")] == ["公函二.pdf"]
    assert User.objects.filter(username="lushan_new").count() == 1


def test_a_return_needs_a_reason(world, as_, run_jobs):
    record = submitted(world, run_jobs)
    answer = decide(as_(world.reviewer), record, "return", comment="")
    assert answer.status_code == 422
    assert AdminChange.objects.get().status == Status.ENDORSED


def test_the_present_administrator_hands_over_and_is_told_of_others_requests(world, as_, run_jobs):
    client = as_(world.unit_admin)
    form = client.get(URL).context["form"]
    assert (form["uscc"].value(), form["name"].value()) == (world.university.uscc, "麓山大学")
    assert client.post(URL, typed(world)).status_code == 302
    record = AdminChange.objects.get()
    assert (record.asked_by, record.asked_as) == (world.unit_admin, "现任管理员（已登录）")
    run_jobs()
    Client().post(link_in(mail.outbox[0]), kept())
    assert (
        Message.objects.filter(recipient=world.unit_admin).get().subject == "有人申请变更“麓山大学”的管理员"
    )
    told = Message.objects.get(recipient=world.reviewer)
    assert (told.subject, told.link) == (
        "麓山大学：管理员变更：待审核",
        f"/review/admin-changes/{record.pk}/",
    )


# What is refused


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"uscc": "12430000MB0000035P"}, "uscc"),
        ({"uscc": "123"}, "uscc"),
        ({"name": ""}, "name"),
        ({"real_name": ""}, "real_name"),
        ({"mobile": "12"}, "mobile"),
        ({"email": "x"}, "email"),
        ({"username": "UNIT_admin"}, "username"),
        ({"reason_given": ""}, "reason_given"),
        ({"reason_given": "长" * 501}, "reason_given"),
        ({"letter": ""}, "letter"),
        ({"letter": upload(b"MZ not a pdf", "公函.pdf")}, "letter"),
        ({"agree": ""}, "agree"),
    ],
)
def test_bad_input_is_answered_at_the_field_and_writes_nothing(world, client, values, field):
    answer = client.post(URL, typed(world, **values))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not AdminChange.objects.exists()


def test_nothing_of_the_unit_is_told(world, client):
    page = client.post(URL, typed(world, name="别的名称", mobile="1")).content.decode()
    assert "别的名称" in page
    assert [text in page for text in ("麓山大学", "周明", "周*", "unit_admin")] == [False] * 4


def test_a_second_request_while_one_is_open_is_refused(world, client, run_jobs):
    second = ask(world, run_jobs, username="lushan_two", email="two@example.org")
    submitted(world, run_jobs)
    answer = client.post(URL, typed(world, username="lushan_three"))
    assert answer.context["form"].errors["uscc"] == ["该单位已有一份管理员变更申请正在审核，请等待结果。"]
    answer = client.post(second, kept(username="lushan_two"))
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (
        422, ["该单位已有一份管理员变更申请正在审核，请等待结果。"],
    )  # fmt: skip
    assert not User.objects.filter(username="lushan_two").exists()
    assert AdminChange.objects.filter(status=Status.ENDORSED).count() == 1


def test_an_unconfirmed_request_stands_in_nobodys_way(world, run_jobs, as_):
    ask(world, run_jobs, username="somebody", email="two@example.org")
    record = submitted(world, run_jobs)
    assert record.status == Status.ENDORSED
    assert as_(world.reviewer).get(QUEUE).context["page"].paginator.count == 1


def test_an_account_name_taken_meanwhile_is_told_at_the_link(world, run_jobs, client):
    link = ask(world, run_jobs)
    world.person("Lushan_New", world.other_department, "lab_manager", "某人")
    answer = client.post(link, kept())
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["username"])
    assert client.post(link, kept(username="lushan_other")).status_code == 302


def test_a_forged_or_old_link_does_not_work(world, run_jobs, client):
    link = ask(world, run_jobs)
    assert client.get(link).status_code == 200
    assert client.get(f"{link[:-2]}x/").status_code == 410
    assert client.post(f"{URL}whatever/", kept()).status_code == 410


def test_without_script_only_a_few_requests_per_hour(world, client):
    answers = [client.post(URL, typed(world, name="")).status_code for _n in range(4)]
    assert answers == [422, 422, 422, 429]


# Who may decide, and see


def test_nobody_but_the_province_sees_a_request(world, as_, run_jobs):
    record = submitted(world, run_jobs)
    token = record.files.get().token
    page, file = (
        reverse("review-record", args=["admin-changes", record.pk]),
        reverse("record-file", args=[token]),
    )
    for who in ("unit_admin", "stranger", "lab_manager", "system_admin"):
        client = as_(getattr(world, who))
        assert (client.get(page).status_code, client.get(file).status_code) == (404, 404), who
        assert decide(client, record, "grant").status_code == 404
        assert client.get(f"/work/admin-changes/{record.pk}/").status_code == 404
    assert as_(world.second_reviewer).get(page).status_code == 200
    assert administrator(world.university) == world.unit_admin


def test_steps_of_other_records_mean_nothing_here(world, as_, run_jobs):
    record = submitted(world, run_jobs)
    for do in ("publish", "approve", "endorse", "take_down", ""):
        assert decide(as_(world.reviewer), record, do).status_code == 422
    assert AdminChange.objects.get().status == Status.ENDORSED


def test_the_registered_name_is_held_against_the_typed_one(world, as_, run_jobs):
    record = submitted(world, run_jobs, name="麓山学院")
    page = (
        as_(world.reviewer).get(reverse("review-record", args=["admin-changes", record.pk])).content.decode()
    )
    assert "该单位注册名称为“麓山大学”" in page


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_make_one_change(world, run_jobs):
    record = submitted(world, run_jobs)
    gate, answers = threading.Barrier(2), []

    def approve(person):
        client = Client()
        client.force_login(person)
        gate.wait(timeout=10)
        answers.append(decide(client, record, "grant").status_code)
        connection.close()

    threads = [threading.Thread(target=approve, args=[p]) for p in (world.reviewer, world.second_reviewer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == [302, 409]
    assert (
        Membership.objects.filter(unit=world.university, role="institution_admin", ended_at=None).count() == 1
    )
    assert ReviewEvent.objects.filter(transition="grant").count() == 1

"""报告错误: who may send one, who is told, who answers."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from keyi.audit.models import Entry
from keyi.catalogue.models import ErrorReport
from keyi.inbox.models import Message
from tests.catalogue.documents import publish_instrument

TYPED = {"subject": "fee", "text": "页面写 100 元/样，实际 150 元/样。", "contact": "13900001234"}


def send(client, document, **typed):
    return client.post(f"/instruments/{document.slug}/report/", TYPED | typed)


def make_report(world, **values) -> ErrorReport:
    usual = {"unit": world.lab, "slug": "1", "title": "光谱仪", "subject": "fee", "text": "收费不对"}
    return ErrorReport.objects.create(**usual | values)


def test_report_is_kept_and_those_who_can_mend_it_are_told(client, world):
    document = publish_instrument(world)
    response = send(client, document)
    assert response.headers["Location"] == f"/instruments/{document.slug}/"
    report = ErrorReport.objects.get()
    assert (report.unit, report.slug, report.subject, report.text, report.contact, report.answered_at) == (
        world.lab, document.slug, "fee", TYPED["text"], "13900001234", None,
    )  # fmt: skip
    told = Message.objects.filter(subject__startswith="有人反馈信息有误").values_list(
        "recipient__username", flat=True
    )
    assert sorted(told) == ["lab_manager", "unit_admin"]
    assert Message.objects.exclude(body__contains="13900001234").count() == Message.objects.count()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "长" * 501}, "text"),
        ({"subject": "x"}, "subject"),
        ({"contact": "1" * 51}, "contact"),
    ],
)
def test_incomplete_report_is_refused_and_kept_on_the_page(client, world, typed, field):
    response = send(client, publish_instrument(world), **typed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert ErrorReport.objects.count() == 0


def test_without_proof_three_an_hour(client, world):
    document = publish_instrument(world)
    codes = [send(client, document).status_code for _number in range(4)]
    assert codes == [302, 302, 302, 429]
    assert ErrorReport.objects.count() == 3


def test_list_is_the_own_units(as_, world):
    report = make_report(world)
    for person, sees in (
        (world.lab_manager, True),
        (world.unit_admin, True),
        (world.reviewer, True),
        (world.stranger, False),
    ):
        page = as_(person).get("/work/reports/").content.decode()
        assert (report.text in page) is sees, person.username
    assert as_(world.system_admin).get("/work/reports/").status_code == 403


def test_contact_is_seen_by_those_who_answer_only(as_, world):
    make_report(world, contact="13900001234")
    assert "13900001234" in as_(world.lab_manager).get("/work/reports/").content.decode()
    assert "13900001234" not in as_(world.reviewer).get("/work/reports/").content.decode()


def test_answer_closes_the_report(as_, world):
    report = make_report(world)
    url = reverse("error-report-answer", args=[report.pk])
    client = as_(world.lab_manager)
    assert client.post(url, {"answer": ""}).status_code == 422
    assert client.post(url, {"answer": "已改为 150 元/样。"}).status_code == 302
    report.refresh_from_db()
    assert (report.answer, report.answered_by) == ("已改为 150 元/样。", world.lab_manager)
    assert Entry.objects.filter(action="report.answer").count() == 1
    assert "已改为 150 元/样。" in client.get("/work/reports/").content.decode()


def test_others_cannot_answer(as_, world):
    url = reverse("error-report-answer", args=[make_report(world).pk])
    codes = {
        person.username: as_(person).post(url, {"answer": "x"}).status_code
        for person in (world.stranger, world.reviewer, world.system_admin)
    }
    assert codes == {"stranger": 404, "reviewer": 403, "system_admin": 404}


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_keep_one(world):
    report = make_report(world)
    together = threading.Barrier(2)

    def answer(text: str) -> None:
        client = Client()
        client.force_login(world.unit_admin)
        together.wait()
        client.post(reverse("error-report-answer", args=[report.pk]), {"answer": text})
        connection.close()

    threads = [threading.Thread(target=answer, args=[text]) for text in ("一", "二")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.refresh_from_db()
    assert report.answer in ("一", "二")
    assert Entry.objects.filter(action="report.answer").count() == 1


def test_list_takes_as_many_queries_for_many_as_for_few(as_, world, django_assert_num_queries):
    client = as_(world.unit_admin)
    for _number in range(3):
        make_report(world)
    client.get("/work/reports/")
    with django_assert_num_queries(6):
        client.get("/work/reports/")
    for _number in range(15):
        make_report(world)
    with django_assert_num_queries(6):
        client.get("/work/reports/")

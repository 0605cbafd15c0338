import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keyi.inbox.models import Message
from keyi.inbox.send import send_message


@pytest.fixture
def letters(world):
    read = send_message(world.unit_admin, subject="旧消息", link="/account/")
    Message.objects.filter(pk=read.pk).update(read_at=timezone.now())
    return {
        "read": read,
        "first": send_message(
            world.unit_admin, subject="单位信息已退回", body="第一行\n第二行", link="/account/edit/"
        ),
        "second": send_message(world.unit_admin, subject="仪器已发布"),
        "foreign": send_message(world.stranger, subject="别人的消息"),
    }


def test_inbox_shows_own_messages_unread_first(world, as_, letters):
    page = as_(world.unit_admin).get("/inbox/")
    assert [message.subject for message in page.context["page"]] == ["仪器已发布", "单位信息已退回", "旧消息"]
    assert page.context["unread"] == 2
    assert "别人的消息" not in page.text
    as_(world.unit_admin).get("/inbox/")
    assert Message.objects.filter(read_at=None, recipient=world.unit_admin).count() == 2


def test_opening_marks_as_read_and_leads_to_the_record(world, as_, letters):
    client = as_(world.unit_admin)
    assert client.post(f"/inbox/{letters['first'].pk}/")["Location"] == "/account/edit/"
    assert client.post(f"/inbox/{letters['second'].pk}/")["Location"] == "/inbox/"
    assert not Message.objects.filter(recipient=world.unit_admin, read_at=None).exists()


def test_reading_twice_keeps_the_first_time(world, as_, letters):
    before = Message.objects.get(pk=letters["read"].pk).read_at
    as_(world.unit_admin).post(f"/inbox/{letters['read'].pk}/")
    assert Message.objects.get(pk=letters["read"].pk).read_at == before


def test_a_strangers_message_is_not_there(world, as_, letters):
    client = as_(world.unit_admin)
    assert client.post(f"/inbox/{letters['foreign'].pk}/").status_code == 404
    assert client.post("/inbox/99999999999999999999999/").status_code == 404
    assert Message.objects.get(pk=letters["foreign"].pk).read_at is None


def test_all_are_marked_but_only_ones_own(world, as_, letters):
    assert as_(world.unit_admin).post("/inbox/read/")["Location"] == "/inbox/"
    assert list(Message.objects.filter(read_at=None)) == [letters["foreign"]]


def test_link_never_leads_away(world, as_):
    message = send_message(world.unit_admin, subject="x", link="//evil.example/")
    assert as_(world.unit_admin).post(f"/inbox/{message.pk}/")["Location"] == "/inbox/"


def test_wrong_methods_and_visitors_are_refused(world, client, as_, letters):
    assert client.get("/inbox/")["Location"] == "/login/?next=/inbox/"
    client = as_(world.unit_admin)
    assert client.post("/inbox/").status_code == 405
    assert client.get("/inbox/read/").status_code == 405
    assert client.get(f"/inbox/{letters['first'].pk}/").status_code == 405


def test_empty_inbox_says_what_comes_here(world, as_):
    assert "审核结果和提醒会发到这里，同时发到您的邮箱。" in as_(world.reviewer).get("/inbox/").text


def test_inbox_takes_as_many_queries_for_many_as_for_few(world, as_):
    client = as_(world.unit_admin)
    client.get("/inbox/")

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get("/inbox/")
        return len(caught)

    send_message(world.unit_admin, subject="一")
    few = queries()
    for number in range(15):
        send_message(world.unit_admin, subject=str(number))
    assert queries() == few

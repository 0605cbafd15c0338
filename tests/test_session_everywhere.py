"""A form that is half filled when the session ends: signed in again, its author finds what was typed, in every form."""

import pytest
from django.urls import reverse

from keyi.accounts.models import KeptInput
from tests.objects import Objects, client_of
from tests.world import PASSWORD

WORDS = "打字打到一半"
# (name of the form, person, address, the field)
FORMS = [
    ("account-edit", "unit_admin", "real_name"),
    ("lab-create", "unit_admin", "name"),
    ("lab-edit", "unit_admin", "intro"),
    ("record-create instruments", "lab_manager", "function"),
    ("record-edit draft", "lab_manager", "function"),
    ("content-add", "reviewer", "title"),
    ("content-edit", "reviewer", "body"),
    ("review-record waiting", "reviewer", "comment"),
    ("review-record waiting", "reviewer", "mark-name"),
]


@pytest.mark.parametrize(("row", "person", "field"), FORMS)
def test_typing_is_back_after_signing_in_again(db, client, row, person, field):
    objects = Objects()
    url = reverse(row.partition(" ")[0], args=objects.arguments().get(row, []))
    assert WORDS not in client_of(objects, person).get(url).content.decode()
    away = client.post(url, {field: WORDS})
    assert away["Location"] == f"/login/?next={url}"
    typed = {"identity": "institution", "username": person, "password": PASSWORD, "next": url}
    page = client.get(client.post("/login/", typed)["Location"]).content.decode()
    assert WORDS in page
    assert "还没有保存的内容已恢复" in page
    assert WORDS in client.get(url).content.decode()  # also when the page is opened once more


def test_saved_typing_does_not_come_back(db):
    objects = Objects()
    client = client_of(objects, "unit_admin")
    url = reverse("lab-edit", args=[objects.world.lab.pk])
    KeptInput.objects.create(user=objects.world.unit_admin, path=url, data="name=旧字")
    saved = {
        "name": "无机室",
        "parent": objects.world.department.pk,
        "manager": "李楠",
        "tel": "0731-88001234",
    }
    assert client.post(url, saved).status_code == 302
    assert "旧字" not in client.get(url).content.decode()


def test_untouched_tick_is_restored_as_it_was(db):
    objects = Objects()
    url = reverse("content-edit", args=["notices", objects.notice.pk])
    KeptInput.objects.create(user=objects.world.reviewer, path=url, data="title=通知&body=新正文")
    form = client_of(objects, "reviewer").get(url).context["form"]
    assert (form["is_published"].value(), form["body"].value(), form["title"].value()) == (
        False,
        "新正文",
        "通知",
    )

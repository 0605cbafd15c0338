import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keyi.audit.models import Entry
from keyi.codes.models import CheckedUpload, CodeItem

from .conftest import CLASSES

LIST = "instrument_class"


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def admin(world, classes, as_):
    return as_(world.system_admin)


def send(client, content: str | bytes, name: str = "new.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(reverse("code-list-upload", args=[LIST]), {"file": SimpleUploadedFile(name, content)})


def test_lists_are_counted(admin):
    CodeItem.objects.filter(pk=f"{LIST}:010406").update(is_retired=True)
    page = admin.get(reverse("code-lists"))
    row = next(row for row in page.context["rows"] if row["name"] == LIST)
    assert (row["used"], row["retired"], row["loaded"].file_name) == (9, 1, "classes.csv")
    assert "Instrument classes" in page.content.decode()


@pytest.mark.parametrize("name", ["code-lists", "code-list", "code-list-download", "code-list-upload"])
def test_pages_are_for_the_system_administrator(name, world, client, as_):
    url = reverse(name, args=[] if name == "code-lists" else ["division"])
    assert client.get(url).headers["Location"].startswith(reverse("login"))
    for person in (world.reviewer, world.unit_admin, world.lab_manager, world.stranger):
        assert as_(person).get(url).status_code == 403
    assert as_(world.system_admin).get(url).status_code == 200


def test_unknown_list_is_not_found(admin):
    assert admin.get(reverse("code-list", args=["nothing"])).status_code == 404
    assert (
        admin.get(
            reverse("code-list-confirm", args=[LIST, "0" * 8 + "-0000-0000-0000-" + "0" * 12])
        ).status_code
        == 404
    )


def test_list_can_be_searched_and_paged(admin):
    url = reverse("code-list", args=[LIST])
    assert admin.get(url).context["page"].paginator.count == 10
    assert [item.code for item in admin.get(url, {"q": "激光"}).context["page"]] == ["010406"]
    assert "No entry fits “磁铁”" in admin.get(url, {"q": "磁铁"}).content.decode()
    assert admin.get(url, {"q": "\0" + "x" * 5000, "page": "-1"}).status_code == 200
    empty = admin.get(reverse("code-list", args=["asset"])).content.decode()
    assert "This list has not been loaded yet" in empty


def test_upload_is_checked_then_confirmed(admin, world):
    shorter = CLASSES.replace("010406,激光光谱仪,3,010400\n", "").replace("气相色谱仪", "液相色谱仪")
    answer = send(admin, shorter + "030000,计量仪器,1,\n")
    kept = CheckedUpload.objects.get()
    confirm = reverse("code-list-confirm", args=[LIST, kept.pk])
    assert answer.headers["Location"] == confirm
    assert CodeItem.objects.get(pk=f"{LIST}:010501").label == "气相色谱仪"
    page = admin.get(confirm)
    assert "(was: 气相色谱仪)" in page.content.decode()
    assert [(group["label"], group["count"]) for group in page.context["groups"]] == [
        ("Added", 1), ("Changed", 1), ("Restored", 0), ("Retired", 1),
    ]  # fmt: skip
    assert not CodeItem.objects.filter(pk=f"{LIST}:030000").exists()
    saved = admin.post(confirm)
    assert saved.headers["Location"] == reverse("code-list", args=[LIST])
    assert CodeItem.objects.get(pk=f"{LIST}:010501").label == "液相色谱仪"
    assert CodeItem.objects.get(pk=f"{LIST}:010406").is_retired
    entry = Entry.objects.get(action="codes.load")
    assert (entry.actor, entry.object_id) == (world.system_admin, LIST)
    assert entry.data == {
        "file": "new.csv", "added": 1, "changed": 1, "restored": 0, "retired": 1, "unchanged": 8,
    }  # fmt: skip
    assert admin.post(confirm).status_code == 404


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The file is empty. Choose another one."),
        ("code,name\n1,甲\n1,乙\n", "Line 3: The code “1” stands in line 2 already (甲)."),
        (b"\x89PNG\0\0", "This is no CSV text in UTF-8 or GB18030. In Excel choose “CSV UTF-8” when saving."),
        (
            b"x" * (5 * 1024 * 1024 + 1),
            "The file is larger than 5 MB. Leave out the columns that are not needed.",
        ),
    ],
)
def test_bad_file_is_told_at_the_field_and_nothing_is_kept(admin, content, reason):
    before = list(CodeItem.objects.values())
    answer = send(admin, content)
    assert answer.status_code == 422
    assert reason in answer.context["form"].errors["file"]
    assert reason in answer.content.decode()
    assert not CheckedUpload.objects.exists()
    assert list(CodeItem.objects.values()) == before


def test_upload_without_a_file_is_told(admin):
    answer = admin.post(reverse("code-list-upload", args=[LIST]))
    assert (answer.status_code, answer.context["form"].errors) == (422, {"file": ["Choose a CSV file."]})


def test_nobody_else_can_upload_or_confirm(admin, world, as_, classes):
    send(admin, CLASSES.replace("激光", "拉曼"))
    confirm = reverse("code-list-confirm", args=[LIST, CheckedUpload.objects.get().pk])
    for person in (world.reviewer, world.stranger):
        client = as_(person)
        assert client.post(confirm).status_code == 403
        assert send(client, CLASSES).status_code == 403
    assert CodeItem.objects.get(pk=f"{LIST}:010406").label == "激光光谱仪"


def test_download_can_be_uploaded_again(admin):
    CodeItem.objects.filter(pk=f"{LIST}:010406").update(is_retired=True)
    file = admin.get(reverse("code-list-download", args=[LIST]))
    assert file.content.decode("utf-8-sig").splitlines()[:3] == [
        "code,name,name_en,parent_code,level,full_name",
        "010000,分析仪器,,,1,分析仪器",
        "010400,光谱仪器,,010000,2,分析仪器/光谱仪器",
    ]
    send(admin, file.content)
    admin.post(reverse("code-list-confirm", args=[LIST, CheckedUpload.objects.get().pk]))
    assert Entry.objects.get().data["unchanged"] == 9


def test_wrong_methods_are_refused(admin):
    for name in ("code-lists", "code-list", "code-list-download"):
        url = reverse(name, args=[] if name == "code-lists" else [LIST])
        assert admin.post(url).status_code == 405


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_takes_the_same_queries_for_few_and_many(admin):
    url = reverse("code-list", args=[LIST])
    queries_of(admin, url)  # the first page of a session also writes the session
    few = queries_of(admin, url)
    call_command("load_codes", LIST, verbosity=0)
    assert queries_of(admin, url) == few

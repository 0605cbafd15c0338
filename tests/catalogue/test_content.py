import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keyi.audit.models import Entry
from keyi.catalogue.models import Download, Notice

pytestmark = pytest.mark.usefixtures("own_files")

NOTICE = {
    "title": "填报通知",
    "body": "请于 4 月 30 日前完成。",
    "published_on": "2026-03-01",
    "is_published": "on",
}


def word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in names:
            target.writestr(name, "x")
    return out.getvalue()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add_file(client, title: str, content: bytes | None = None, name: str = "申请书.docx", **values):
    data = {"title": title, "file": upload(content or word(), name), "is_published": "on"} | values
    return client.post(reverse("content-add", args=["downloads"]), data)


def staff_urls(item: Notice, download: Download) -> list[str]:
    pages = [reverse("content"), reverse("download-move", args=[download.pk])]
    for part, pk in (("notices", item.pk), ("downloads", download.pk)):
        pages.append(reverse("content-add", args=[part]))
        pages += [
            reverse(name, args=[part, pk]) for name in ("content-edit", "content-show", "content-delete")
        ]
    return pages


def test_staff_pages_are_closed_to_visitors_and_other_roles(client, world):
    notice = Notice.objects.create(title="通知", body="x", is_published=True)
    item = Download.objects.create(title="文件", kind="pdf", size=1, order=1, file="x.pdf")
    for url in staff_urls(notice, item):
        for method in (client.get, client.post):
            response = method(url)
            assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("login"))
    for person in (world.unit_admin, world.lab_manager, world.stranger):
        client.force_login(person)
        for url in staff_urls(notice, item):
            assert client.get(url).status_code == 403
            assert client.post(url, NOTICE).status_code == 403
    assert Notice.objects.get().title == "通知"
    assert Download.objects.count() == 1


@pytest.mark.parametrize("role", ["reviewer", "system_admin"])
def test_staff_add_change_hide_and_delete_a_notice(as_, world, role):
    client = as_(getattr(world, role))
    assert client.get(reverse("content-add", args=["notices"])).status_code == 200
    client.post(reverse("content-add", args=["notices"]), NOTICE)
    notice = Notice.objects.get()
    assert (notice.title, notice.is_published, notice.is_pinned) == ("填报通知", True, False)
    client.post(
        reverse("content-edit", args=["notices", notice.pk]), NOTICE | {"title": "新标题", "is_pinned": "on"}
    )
    assert client.get(reverse("notice", args=[notice.pk])).status_code == 200
    client.post(reverse("content-show", args=["notices", notice.pk]), {})
    assert client.get(reverse("notice", args=[notice.pk])).status_code == 404
    assert client.get(reverse("content-delete", args=["notices", notice.pk])).status_code == 200
    assert Notice.objects.count() == 1
    client.post(reverse("content-delete", args=["notices", notice.pk]))
    assert Notice.objects.count() == 0
    actions = list(
        Entry.objects.filter(kind="catalogue.notice").order_by("pk").values_list("action", "label")
    )
    assert actions == [
        ("notice.add", "填报通知"), ("notice.change", "新标题"), ("notice.hide", "新标题"), ("notice.delete", "新标题"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "长" * 101),
        ("body", ""),
        ("body", "长" * 20_001),
        ("published_on", "2026-13-40"),
        ("title", "a\0b"),
    ],
)
def test_a_wrong_notice_is_refused_with_everything_kept(as_, world, field, value):
    response = as_(world.reviewer).post(reverse("content-add", args=["notices"]), NOTICE | {field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "k-errors" in response.content.decode()
    assert Notice.objects.count() == 0


def test_a_refused_change_keeps_the_stored_notice(as_, world):
    notice = Notice.objects.create(title="原标题", body="x")
    as_(world.reviewer).post(reverse("content-edit", args=["notices", notice.pk]), NOTICE | {"body": ""})
    assert Notice.objects.get().title == "原标题"


def test_notice_shows_markup_but_no_html(client, db):
    body = "# 一、时间\n\n- 甲\n- 乙\n\n详见https://example.org/a?b=1&c=2。<script>alert(1)</script>\n\njavascript:alert(1)"
    notice = Notice.objects.create(title="<b>通知</b>", body=body, is_published=True)
    page = client.get(reverse("notice", args=[notice.pk])).content.decode()
    assert "<h2>一、时间</h2>" in page
    assert '<ul class="k-list"><li>甲</li><li>乙</li></ul>' in page
    assert '详见<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener">' in page
    assert "<script>alert" not in page
    assert "<b>通知" not in page
    assert 'href="javascript' not in page


def test_download_is_saved_under_its_title_with_safe_headers(as_, world, client):
    as_(world.reviewer)
    assert add_file(client, "平台申请书").status_code == 302
    item = Download.objects.get()
    client.logout()
    response = client.get(reverse("download", args=[item.pk]))
    assert b"".join(response.streaming_content) == item.file.read()
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%B9%B3%E5%8F%B0%E7%94%B3%E8%AF%B7%E4%B9%A6.docx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"
    assert "申请书" not in item.file.name
    Download.objects.update(is_published=False)
    assert client.get(reverse("download", args=[item.pk])).status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (word(), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("a.txt"), "zip"),
    ],
)
def test_the_kind_is_told_by_the_content(as_, world, content, kind):
    add_file(as_(world.reviewer), "文件", content, "名字.pdf")
    assert Download.objects.get().kind == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00program", b"", b"PK\x03\x04broken", b"<html>", archive("run.exe"), b"\xff\xd8\xff\xe0",
        archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), b"%PDF-1.4 broken",
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(as_, world, content):
    response = add_file(as_(world.reviewer), "文件", content or b" ", "申请书.docx")
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]
    assert Download.objects.count() == 0


def order() -> list[str]:
    return list(Download.objects.values_list("title", flat=True))


def test_staff_put_the_files_in_order(as_, world):
    client = as_(world.reviewer)
    for title in ("甲", "乙", "丙"):
        add_file(client, title)
    assert order() == ["甲", "乙", "丙"]
    third = Download.objects.get(title="丙")
    client.post(reverse("download-move", args=[third.pk]), {"step": "-1"})
    assert order() == ["甲", "丙", "乙"]
    client.post(reverse("download-move", args=[third.pk]), {"step": "1"})
    client.post(reverse("download-move", args=[third.pk]), {"step": "1"})
    client.post(reverse("download-move", args=[third.pk]), {"step": "7"})
    assert order() == ["甲", "乙", "丙"]
    assert Entry.objects.filter(action="download.move").count() == 2


def test_a_change_without_a_new_file_keeps_the_old_one(as_, world):
    client = as_(world.reviewer)
    add_file(client, "旧标题")
    before = Download.objects.get()
    url = reverse("content-edit", args=["downloads", before.pk])
    assert client.post(url, {"title": "新标题", "is_published": "on"}).status_code == 302
    after = Download.objects.get()
    assert (after.title, after.file.name, after.kind) == ("新标题", before.file.name, "docx")


def test_replaced_and_deleted_files_leave_the_disk(as_, world, django_capture_on_commit_callbacks):
    client = as_(world.reviewer)
    add_file(client, "文件")
    old = Download.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("content-edit", args=["downloads", old.pk]),
            {"title": "文件", "file": upload(archive("a.txt"), "a.zip"), "is_published": "on"},
        )
    new = Download.objects.get()
    assert new.kind == "zip"
    assert not old.file.storage.exists(old.file.name)
    assert new.file.storage.exists(new.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("content-delete", args=["downloads", new.pk]))
    assert not new.file.storage.exists(new.file.name)


@pytest.mark.parametrize("name", ["content", "notices", "downloads"])
def test_lists_take_as_many_queries_for_many_rows(as_, world, name):
    client = as_(world.reviewer)
    _rows(1, 3)
    client.get(reverse(name))
    few = _count(client, name)
    _rows(3, 18)
    assert _count(client, name) == few


def _rows(start: int, stop: int) -> None:
    for number in range(start, stop):
        Notice.objects.create(title=f"通知 {number}", body="x", is_published=True)
        Download.objects.create(
            title=f"文件 {number}", kind="pdf", size=1, order=number, file=f"{number}.pdf"
        )


def _count(client, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(name))
    return len(queries)

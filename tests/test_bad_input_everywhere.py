"""Hostile and clumsy input to every form: told with status 4xx or kept as text, never half saved, never 500.

The detailed tests of each form stand beside it; here every field of every form meets every kind of bad value.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from keyi.accounts import links
from tests.accounts.registering import typed as registration
from tests.core.samples import as_bytes, docx, pdf, scene, upload
from tests.objects import Objects, client_of
from tests.records.posted import institution_post, instrument_post
from tests.services.rows import TYPED as SERVICE
from tests.world import PASSWORD

NASTY: dict[str, Any] = {
    "empty": "",
    "over-long": "长" * 30_000,
    "script": "<script>alert(1)</script>",
    "emoji": "😀😀😀😀",
    "full width": "１２３４５６７８９０",
    "nul": "a\x00b\x08",
    "template": "{{ 7|add:1 }} %(x)s %s {0}",
    "huge number": "9" * 40,
    "negative": "-1",
    "header": "a\r\nSet-Cookie: b=c",
    "several": ["1", "2", "zz"],
    "hidden signs": "\u202e\u200b\u2066\ufeff",
    "not a text": b"\xff\xfe\xfd",
}
ALONE = ("over-long", "huge number")  # also in one field among right ones; more: tests/test_fuzz.py
UNSAVED = {"audit.Entry", "accounts.KeptInput", "accounts.Tally"}  # what a refused form may leave behind
NEW_PASSWORD = "Qing-feng-2026"
TAKES_GAPS = {"lab-settings", "record-edit draft", "record-create institutions"}  # a tick alone; drafts
FEW = 15  # fields of a form that are tried one by one; a longer form has its own tests for that


ALL = "every field at once"


class Case(NamedTuple):
    """``data`` is complete and right; ``free`` are the fields a wrong value of which is ignored, not refused."""

    row: str
    person: str
    data: Callable[[Objects], dict[str, Any]]
    free: tuple[str, ...] = ()
    arguments: Callable[[Objects], list] | None = None


def lab(_: Objects) -> dict[str, Any]:
    return {"name": "光谱室", "parent": "", "short_name": "光谱", "manager": "李楠", "tel": "0731-88001234",
            "email": "li@example.org", "address": "A 座 3 层", "intro": "分析"}  # fmt: skip


def notice(_: Objects) -> dict[str, Any]:
    return {
        "title": "通知",
        "body": "正文",
        "published_on": "2026-03-12",
        "is_pinned": "on",
        "is_published": "on",
    }


def token(objects: Objects) -> dict[str, Any]:
    return {"name": "设备系统", "unit": str(objects.world.lab.pk), "may_write": "no", "days": "30"}


def effect(_: Objects) -> dict[str, Any]:
    return {"remark": "甲", "remarks": "乙", "remark_one": "无", "remark_two": "丙"}


def paper(_: Objects) -> dict[str, Any]:
    return {
        "title": "申请书",
        "description": "盖章后上传",
        "file": upload(docx(), "申请书.docx"),
        "is_published": "on",
    }


def service(_: Objects) -> dict[str, Any]:
    return dict(SERVICE)


def decision(objects: Objects) -> dict[str, Any]:
    return {"do": "return", "version": objects.waiting.version, "comment": "请补充", "mark-name": "写全称"}


def passwords(_: Objects) -> dict[str, Any]:
    return {"old_password": PASSWORD, "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}


def reset_link(objects: Objects) -> list[str]:
    return links.reset_path(objects.world.unit_admin).strip("/").split("/")[1:]


TICKS = ("is_pinned", "is_published")
CASES = [
    Case("register", "visitor", lambda o: registration(o.world), ("same_name", "agree")),
    Case("login", "visitor", lambda _: {"identity": "institution", "username": "unit_admin", "password": "x"}),
    Case("password-reset", "visitor", lambda _: {"who": "unit_admin"}),
    Case("password-reset-confirm", "visitor", lambda _: {
        "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}, (), reset_link),
    Case("password-change", "unit_admin", passwords),
    Case("account-edit", "unit_admin", lambda _: {"real_name": "周明", "mobile": "13900001234"}),
    Case("account-email", "unit_admin", lambda _: {"old_password": PASSWORD, "email": "new@example.org"}),
    Case("national-code", "unit_admin", lambda _: {"code": "0a" * 16}),
    Case("education-codes", "unit_admin", lambda _: {
        "code": "10533", "type_code": "01", "property_code": "11", "holder_code": "101", "share_level": "2",
        "maker_note": "无"}),
    Case("national-effect", "unit_admin", effect),
    Case("token-create", "unit_admin", token),
    Case("lab-create", "unit_admin", lab),
    Case("lab-edit", "unit_admin", lab),
    Case("lab-settings", "unit_admin", lambda _: {"has_first_review": "on"}, ("has_first_review",)),
    Case("record-create instruments", "lab_manager", lambda o: instrument_post(o.world, do="save")),
    Case("record-edit draft", "lab_manager", lambda o: instrument_post(o.world, do="save")),
    Case("record-create institutions", "stranger", lambda o: institution_post(o.world, do="save")),
    Case("instrument-report", "visitor", lambda _: {"subject": "fee", "text": "收费不对", "contact": "0731"}),
    Case("error-report-answer", "lab_manager", lambda _: {"answer": "已改正"}),
    Case("service-create", "lab_manager", service, ("is_innovation",)),
    Case("service-edit", "lab_manager", lambda o: service(o) | {"number": "A-1"}, ("is_innovation",)),
    Case("service-paper-add", "lab_manager", lambda _: {"slot": "report", "paper": upload(pdf(), "报告.pdf")}),
    Case("record-check draft", "lab_manager", lambda _: {"edits": "0", "is_true": "on"}),
    Case("review-record waiting", "reviewer", decision),
    Case("content-add", "reviewer", notice, TICKS),
    Case("content-edit", "reviewer", notice, TICKS),
    Case("content-add downloads", "reviewer", paper, TICKS, lambda _: ["downloads"]),
    Case("code-list-upload", "system_admin", lambda _: {"file": upload(b"code,name\n1,a\n", "a.csv")}),
]  # fmt: skip


def address(case: Case, objects: Objects) -> str:
    name = case.row.partition(" ")[0]
    return reverse(
        name, args=case.arguments(objects) if case.arguments else objects.arguments().get(case.row, [])
    )


def fingerprint() -> dict[str, int]:
    """What the database holds, table by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'fingerprint'")
        if cursor.fetchone() is None:  # to plan it takes far longer than to read the few rows
            cursor.execute(f"PREPARE fingerprint AS {marks_of_tables()}")
        cursor.execute("EXECUTE fingerprint")
        return dict(cursor.fetchall())


def marks_of_tables() -> str:
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label}', coalesce(sum(hashtext(t::text)), 0) FROM {model._meta.db_table} t"
        for model in apps.get_models()
        if model.__module__.startswith("keyi.") and model._meta.label not in UNSAVED
    )


class Sender:
    """Posts, and takes back whatever it did: (response, the tables in which something was saved)."""

    def __init__(self, client: Client) -> None:
        self.client, self.before = client, fingerprint()

    def __call__(self, url: str, data: dict[str, Any]) -> tuple[Any, set[str]]:
        cookies, point = self.client.cookies.copy(), transaction.savepoint()
        response = self.client.post(url, data)
        changed = {name for name, mark in fingerprint().items() if mark != self.before[name]}
        transaction.savepoint_rollback(point)
        self.client.cookies = cookies
        return response, changed


def problem(response, changed: set[str]) -> str:
    """What is wrong with the answer; empty when nothing is."""
    if response.status_code >= 500:
        return "a fault of the server"
    if response.status_code >= 400 and changed:
        return f"refused, but saved in {changed}"
    text = response.content.decode()
    if response.status_code == 422 and "k-err" not in text:
        return "refused without a word"
    return "script comes back as script" if "<script>alert(1)" in text else ""


@pytest.mark.parametrize("case", CASES, ids=[case.row for case in CASES])
def test_no_field_of_any_form_takes_nasty_input_badly(unchanged, case):
    objects = unchanged
    send, url = Sender(client_of(objects, case.person)), address(case, objects)
    wrong, names = [], list(case.data(objects))
    free = {*case.free, *([] if set(names) - set(case.free) else [ALL])}
    for field in [*names, ALL] if len(names) <= FEW else [ALL]:
        for kind in NASTY if field == ALL else ALONE:
            value = NASTY[kind]
            bad = dict.fromkeys(set(names) - {"do"}, value) if field == ALL else {field: value}
            response, changed = send(url, case.data(objects) | bad)
            told = problem(response, changed)
            if not told and kind == "over-long" and field not in free and response.status_code < 400:
                told = "taken although it is far too long"
            if told:
                wrong.append((field, kind, response.status_code, told))
    assert wrong == []


@pytest.mark.parametrize("case", CASES, ids=[case.row for case in CASES])
def test_right_form_is_taken_and_empty_one_refused(unchanged, case):
    """The data above are right but for the one bad value; without this the test could pass for the wrong reason."""
    objects = unchanged
    send, url = Sender(client_of(objects, case.person)), address(case, objects)
    empty, changed = send(url, {"csrfmiddlewaretoken": "x"})
    right, _ = send(url, case.data(objects))
    if case.row not in TAKES_GAPS:
        assert (empty.status_code, changed) == (422, set())
    wants_more = case.row in ("login", "record-check draft")  # the right password; a confirmed address
    taken = 201 if case.row == "token-create" else 302  # a secret is shown on the spot and nowhere else
    assert right.status_code == (422 if wants_more else taken)


FILES = {
    "程序.{}": b"MZ" + bytes(5000),
    "断了.{}": as_bytes(scene())[:9000],
    "太大.{}": bytes(30 * 1024 * 1024),
    "空.{}": b"",
    "网页.{}": b"<html><script>alert(1)</script></html>",
    "<b>" + "长" * 300 + ".{}": b"MZ",
}
UPLOADS = [
    ("record-edit draft", "lab_manager", "photos", "jpg", {"do": "upload:photos"}),
    ("record-edit draft", "lab_manager", "manuals", "pdf", {"do": "upload:manuals"}),
    ("content-add downloads", "reviewer", "file", "docx", {"title": "申请书"}),
    ("content-add downloads", "reviewer", "file", "exe", {"title": "申请书"}),
    ("code-list-upload", "system_admin", "file", "csv", {}),
    ("service-paper-add", "lab_manager", "paper", "pdf", {"slot": "invoice"}),
]


@pytest.mark.parametrize(("row", "person", "field", "kind", "beside"), UPLOADS)
def test_no_form_takes_a_wrong_file(unchanged, row, person, field, kind, beside):
    objects = unchanged
    case = next(case for case in CASES if case.row == row)
    send, url = Sender(client_of(objects, person)), address(case, objects)
    wrong = []
    for name, content in FILES.items():
        response, changed = send(url, {**beside, field: upload(content, name.format(kind))})
        if (response.status_code, changed) != (422, set()) or problem(response, changed):
            wrong.append((name, response.status_code, changed, problem(response, changed)))
    assert wrong == []


QUERIES = [
    (
        "visitor",
        "instrument-list",
        ("q", "sort", "page", "class", "city", "mode", "fee", "nature", "view", "pick"),
    ),
    ("visitor", "instrument-filter", ("q", "sort", "class", "city", "unit")),
    ("visitor", "instrument-compare", ("pick",)),
    ("unit_admin", "imports", ("page",)),
    ("unit_admin", "import", ("page", "verdict")),
    ("unit_admin", "sheet-export", ("q", "status", "lab", "as")),
    ("lab_manager", "instrument-export", ("q", "sort", "class", "city")),
    ("visitor", "platform-list", ("q", "city", "level", "type", "page")),
    ("visitor", "unit-list", ("q", "city", "nature", "page")),
    ("visitor", "notices", ("page",)),
    ("visitor", "login", ("next",)),
    ("visitor", "code-options", ("q", "leaves", "page")),
    ("unit_admin", "record-list instruments", ("q", "status", "lab", "page")),
    ("unit_admin", "lab-create", ("parent",)),
    ("unit_admin", "inbox", ("page",)),
    ("lab_manager", "service-list", ("q", "year", "client", "instrument", "page")),
    ("lab_manager", "service-create", ("instrument",)),
    ("reviewer", "review-queue", ("state", "kind", "city", "what", "q", "overdue", "page")),
    ("reviewer", "content", ("page",)),
    ("system_admin", "code-list", ("q", "page")),
]


@pytest.mark.parametrize(("person", "row", "names"), QUERIES)
def test_no_filter_takes_nasty_input_badly(unchanged, person, row, names):
    objects = unchanged
    client = client_of(objects, person)
    url = reverse(row.partition(" ")[0], args=objects.arguments().get(row, []))
    got = {kind: client.get(url, dict.fromkeys(names, value[:3000])) for kind, value in NASTY.items()}
    codes = {kind: response.status_code for kind, response in got.items()}
    assert {kind: code for kind, code in codes.items() if code not in (200, 400, 404, 422)} == {}
    pages = {kind: response.content.decode() for kind, response in got.items() if not response.streaming}
    assert [kind for kind, page in pages.items() if "<script>alert(1)" in page] == []

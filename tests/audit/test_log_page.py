"""操作日志: who reads which entries, how they are found, and the file to take away."""

import csv
import io

import pytest

from keyi.accounts.roles import Role
from keyi.api import tokens
from keyi.audit import log
from keyi.audit.models import Entry
from tests.factories import make_instrument

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(world):
    return world.person("auditor", world.province, Role.AUDITOR, "许真")


@pytest.fixture(autouse=True)
def _entries(world):
    log.record(world.lab_manager, "record.save", make_instrument(world), note="=1+1")
    log.record(world.stranger, "record.save", world.institute)
    log.record(None, "login_failed", world.reviewer)


def labels(response) -> list[str]:
    return [
        entry.action + " " + (entry.actor.username if entry.actor else "-")
        for entry in response.context["page"]
    ]


def test_the_auditor_reads_everything_and_changes_nothing(as_, auditor, world):
    client = as_(auditor)
    assert labels(client.get("/work/log/")) == [
        "login_failed -",
        "record.save stranger",
        "record.save lab_manager",
    ]
    for address in ("/work/instruments/new/", "/review/", "/work/content/", "/account/tokens/"):
        assert client.get(address).status_code in (403, 404), address


def test_a_unit_reads_what_its_own_people_did(as_, world):
    assert labels(as_(world.unit_admin).get("/work/log/")) == ["record.save lab_manager"]
    assert labels(as_(world.stranger).get("/work/log/")) == ["record.save stranger"]


@pytest.mark.parametrize("person", ["lab_manager", "reviewer", "system_admin"])
def test_nobody_else_reads_it(as_, world, person):
    assert as_(getattr(world, person)).get("/work/log/").status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"who": "李楠"}, ["record.save lab_manager"]), ({"who": "STRANGER"}, ["record.save stranger"]),
        ({"action": "login_failed"}, ["login_failed -"]), ({"label": "湘潭"}, ["record.save stranger"]),
        ({"since": "2999-01-01"}, []), ({"until": "2000-01-01"}, []),
        ({"since": "nonsense", "who": "李楠"}, ["record.save lab_manager"]),
    ],
)  # fmt: skip
def test_it_is_searched(as_, auditor, query, expected):
    assert labels(as_(auditor).get("/work/log/", query)) == expected


def test_the_file_has_the_same_rows_and_no_formula(as_, auditor):
    response = as_(auditor).get("/work/log/", {"export": "csv", "who": "李楠"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[1] for row in rows] == ["操作人", "李楠"]
    assert rows[1][3] == "保存记录"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert Entry.objects.filter(action="log.export", actor=auditor).count() == 1


def test_what_a_program_did_is_told(client, world, as_, auditor):
    token, secret = tokens.make(world.lab_manager, world.department, name="系统", may_write=True, days=1)
    client.post(
        "/api/v1/work/instruments", {"name": "光谱仪"}, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert Entry.objects.get(action="record.save", token=token.pk).actor == world.lab_manager
    assert "通过接口" in as_(auditor).get("/work/log/").content.decode()


def test_refusals_stand_in_the_log_but_do_not_fill_it(as_, world):
    client = as_(world.lab_manager)
    foreign = make_instrument(world, unit=world.strange_lab)
    for address in ("/work/log/", f"/work/instruments/{foreign.pk}/", "/no/such/page/"):
        assert client.get(address).status_code in (403, 404)
    found = Entry.objects.filter(action="request.refused").order_by("pk")
    assert [(entry.actor, entry.data) for entry in found] == [
        (world.lab_manager, {"path": "/work/log/", "method": "GET", "status": 403}),
        (world.lab_manager, {"path": f"/work/instruments/{foreign.pk}/", "method": "GET", "status": 404}),
    ]
    for _again in range(70):
        client.get("/work/log/")
    assert Entry.objects.filter(action="request.refused").count() == 60

"""The log: neither changed nor deleted, sealed by day, and what was tampered with by other means shows."""

import datetime as dt
import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from keyi.audit import log, seals
from keyi.audit.models import Entry, Seal

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 10)


@pytest.fixture
def sealed(world):
    """Three days of entries; the first two are sealed."""
    for day in range(3):
        with time_machine.travel(dt.datetime(2026, 3, 10 + day, 4, tzinfo=dt.UTC), tick=False):
            for number in range(day + 1):
                log.record(world.unit_admin, "record.save", world.lab, number=number)
            if day == 2:
                assert seals.seal_days() == 2
    return list(Seal.objects.all())


def tamper_with_versions(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_orgunitversion DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE accounts_orgunitversion ENABLE TRIGGER USER")


def tamper(sql: str) -> None:
    """As somebody would who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_seal DISABLE TRIGGER USER"
        )
        cursor.execute(sql)
        cursor.execute(
            "ALTER TABLE audit_entry ENABLE TRIGGER USER; ALTER TABLE audit_seal ENABLE TRIGGER USER"
        )


@pytest.mark.parametrize("model", [Entry, Seal])
def test_rows_are_neither_changed_nor_deleted(sealed, model):
    row = model.objects.first()
    for deed in (row.delete, row.save, model.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL keyi.may_empty = ''")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
        cursor.execute("SET LOCAL keyi.may_empty = 'on'")


def test_days_are_sealed_once_each_after_the_one_before(sealed):
    assert [(seal.day, seal.entries) for seal in sealed] == [(DAY, 1), (dt.date(2026, 3, 11), 2)]
    assert sealed[0].previous == ""
    assert sealed[1].previous == sealed[0].digest
    assert seals.verify() == []
    with time_machine.travel(dt.datetime(2026, 3, 12, 5, tzinfo=dt.UTC)):
        assert seals.seal_days() == 0
    with time_machine.travel(dt.datetime(2026, 3, 14, 5, tzinfo=dt.UTC)):
        assert seals.seal_days() == 2  # a day without entries is sealed too
    assert seals.verify() == []


@pytest.mark.parametrize(
    ("sql", "day", "what"),
    [
        (
            "UPDATE audit_entry SET label = 'x' WHERE id = (SELECT min(id) FROM audit_entry)",
            10,
            "was changed",
        ),
        (
            "UPDATE audit_entry SET data = '{}' WHERE id = (SELECT min(id) FROM audit_entry)",
            10,
            "was changed",
        ),
        (
            "UPDATE audit_entry SET actor_id = NULL WHERE id = (SELECT min(id) FROM audit_entry)",
            10,
            "was changed",
        ),
        (
            "DELETE FROM audit_entry WHERE id = (SELECT min(id) FROM audit_entry)",
            10,
            "1 entries were sealed, 0",
        ),
        ("DELETE FROM audit_seal WHERE day = '2026-03-10'", 11, "does not follow"),
        ("UPDATE audit_seal SET previous = repeat('0', 64) WHERE day = '2026-03-11'", 11, "does not follow"),
    ],
)
def test_what_was_tampered_with_shows(sealed, sql, day, what):
    tamper(sql)
    found = seals.verify()
    assert what in " ".join(one.what for one in found)
    assert {one.day for one in found} == {dt.date(2026, 3, day)}
    with pytest.raises(CommandError):
        call_command("audit", "verify", stderr=io.StringIO())


def test_the_command_says_until_when_it_is_intact(sealed):
    out = io.StringIO()
    call_command("audit", "verify", stdout=out)
    assert f"2026-03-11 {sealed[1].digest}" in out.getvalue()


def test_an_entry_says_from_where_and_by_which_request(as_, world):
    response = as_(world.unit_admin).post(
        "/account/edit/", {"real_name": "周明", "mobile": "13900001234"}, REMOTE_ADDR="10.9.8.7"
    )
    entry = Entry.objects.get(action="edit_account")
    assert (entry.address, entry.request) == ("10.9.8.7", response["X-Request-Id"])
    assert len(entry.request) == 32
    assert entry.token is None


@pytest.fixture
def today(world):
    """Today's entries and versions, sealed."""
    log.record(world.unit_admin, "record.save", world.lab)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=1), tick=False):
        assert seals.seal_days() == 1
    return Seal.objects.get()


def test_versions_of_rows_are_sealed_with_the_day(today):
    part = today.versions["accounts_orgunitversion"]
    assert (part["rows"], "name" in part["columns"], len(part["digest"])) == (9, True, 64)
    assert seals.verify() == []


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        (
            "UPDATE accounts_orgunitversion SET name = 'x' WHERE name = '化学化工学院'",
            "a version was changed",
        ),
        (
            "UPDATE accounts_orgunitversion SET pgh_context = NULL WHERE name = '化学化工学院'",
            "a version was changed",
        ),
        (
            "DELETE FROM accounts_orgunitversion WHERE name = '化学化工学院'",
            "9 versions were sealed, 8 are there",
        ),
        ("ALTER TABLE accounts_orgunitversion DROP COLUMN intro", "a column or the table is gone"),
    ],
)
def test_versions_that_were_tampered_with_show(today, sql, what):
    tamper_with_versions(sql)
    assert [one.what for one in seals.verify()] == [f"accounts_orgunitversion: {what}"]


def test_a_seal_that_was_made_to_fit_the_tampered_versions_shows(today):
    tamper_with_versions("DELETE FROM accounts_orgunitversion WHERE name = '化学化工学院'")
    now = json.dumps(seals.versions_of(today.day, today.versions))
    tamper(f"UPDATE audit_seal SET versions = '{now}'")
    assert [one.what for one in seals.verify()] == ["an entry was changed"]

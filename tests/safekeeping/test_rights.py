"""The running program's role in the database: everything the program does, and nothing that could hide a change."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from keyi.accounts.models import User
from keyi.audit import log, seals
from keyi.audit.models import Entry, Seal
from keyi.config import prepare
from keyi.core import history
from keyi.safekeeping import rights
from tests.factories import add_photo, make_institution, make_instrument
from tests.records.posted import instrument_post

ROLE = "keyi_program_of_tests"
pytestmark = pytest.mark.django_db


@pytest.fixture
def as_program(world):
    """From now on this connection is the program's, as if it had signed in as that role."""
    rights.grant(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {ROLE}")
        yield cursor
        cursor.execute("RESET SESSION AUTHORIZATION")


def test_a_record_goes_its_way_as_that_role(world, client, as_program, run_jobs):
    make_institution(world)
    record = make_instrument(world, status="draft")
    add_photo(world, record)
    User.objects.update(email_verified_at=timezone.now())
    client.force_login(world.unit_admin)
    edit, check = f"/work/instruments/{record.pk}/edit/", f"/work/instruments/{record.pk}/check/"
    assert client.post(edit, instrument_post(world, do="save", edits=str(record.edits))).status_code == 302
    record.refresh_from_db()
    assert client.post(check, {"is_true": "on", "edits": str(record.edits)}).status_code == 302
    record.refresh_from_db()
    assert record.status == "endorsed"
    client.force_login(world.reviewer)
    decided = client.post(
        f"/review/instruments/{record.pk}/", {"do": "publish", "version": record.version, "comment": ""}
    )
    record.refresh_from_db()
    assert (decided.status_code, record.status) == (302, "published")
    assert record.versions.count() >= 3
    assert Entry.objects.filter(action="record.save").count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        assert seals.seal_days() == 1
        assert seals.verify() == []


VERSIONS = history.versions_of(User)._meta.db_table
HIDING = [
    "UPDATE audit_entry SET label = 'x'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "DELETE FROM audit_seal",
    f"UPDATE {VERSIONS} SET pgh_label = 'x'",
    f"DELETE FROM {VERSIONS}",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_entry_append_only ON audit_entry",
    "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
    "DROP TABLE audit_entry CASCADE",
    "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET LOCAL session_replication_role = replica",
    f"ALTER ROLE {ROLE} SUPERUSER",
    "CREATE TABLE elsewhere (a int)",
    "DELETE FROM django_migrations",
]


@pytest.mark.parametrize("statement", HIDING)
def test_nothing_can_be_hidden_by_it(world, as_program, statement):
    log.record(world.reviewer, "login", world.reviewer)
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        as_program.execute(statement)


def test_no_session_can_leave_a_change_without_a_version(world, as_program):
    as_program.execute("SELECT '{' || string_agg(tgname, ',') || '}' FROM pg_trigger WHERE NOT tgisinternal")
    as_program.execute("SELECT set_config('pgtrigger.ignore', %s, true)", as_program.fetchone())
    as_program.execute("UPDATE accounts_orgunit SET name = '另一个室' WHERE id = %s", [world.lab.pk])
    assert world.lab.versions.order_by("pgh_id").values_list("name", flat=True).last() == "另一个室"


def test_tables_that_are_missing_are_the_owners_to_make_and_it_is_said(world):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sheets'")
        rights.grant(ROLE)
        cursor.execute(f"SET SESSION AUTHORIZATION {ROLE}")
        with pytest.raises(SystemExit, match="keyi manage program_role"), transaction.atomic():
            prepare.prepare(print)
        cursor.execute("RESET SESSION AUTHORIZATION")


def test_everything_that_only_grows_is_known():
    versions = {history.versions_of(model)._meta.db_table for model in history.tracked}
    assert set(rights.grant(ROLE)) == {Entry._meta.db_table, Seal._meta.db_table} | versions
    assert set(rights.grant(ROLE)) >= versions  # asked for again after each migration


def test_an_owner_is_told_that_it_could_do_anything():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="请另取一个角色名"):
        call_command("program_role", owner, stdout=io.StringIO())

"""Every version of a row, written by the database: what, when, by whom, and whatever the way of the change."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from keyi.accounts.models import Membership, User
from keyi.core import history
from keyi.records.models import Instrument
from tests.factories import make_instrument
from tests.records.posted import instrument_post

WEB = {"REMOTE_ADDR": "10.2.3.4"}


def versions(record) -> list[tuple]:
    found = history.versions_of(type(record)).objects.filter(pgh_obj_id=record.pk).order_by("pgh_id")
    return [(row.pgh_label, row.name, row.pgh_context) for row in found]


def test_what_a_page_saves_says_who_and_from_where(world, as_):
    record = make_instrument(world, status="draft")
    client: Client = as_(world.lab_manager)
    data = instrument_post(world, do="save", edits=str(record.edits), name="原子吸收分光光度计")
    response = client.post(f"/work/instruments/{record.pk}/edit/", data, **WEB)
    assert response.status_code == 302
    first, *_, last = versions(record)
    assert first == ("insert", record.name, {"program": "python"})
    assert last == (
        "update",
        "原子吸收分光光度计",
        {"user": world.lab_manager.pk, "address": "10.2.3.4", "request": response["X-Request-Id"]},
    )


def test_what_no_page_did_is_seen_too(world):
    record = make_instrument(world)
    Instrument.objects.filter(pk=record.pk).update(name="甲")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_instrument SET name = '乙' WHERE id = %s", [record.pk])
        cursor.execute("SET LOCAL pghistory.context_metadata TO ''")
        cursor.execute("UPDATE records_instrument SET name = '丙' WHERE id = %s", [record.pk])
    assert versions(record)[1:] == [
        ("update", "甲", {"program": "python"}),
        ("update", "乙", {"program": "python"}),
        ("update", "丙", None),
    ]


def test_a_save_that_changes_nothing_is_no_version(world):
    user = world.lab_manager
    user.save()
    Membership.objects.get(user=user).save()
    assert [row.pgh_label for row in history.versions_of(User).objects.filter(pgh_obj_id=user.pk)] == [
        "insert"
    ]


def test_a_deleted_row_is_still_there_as_it_was(world):
    record = make_instrument(world)
    key, name = record.pk, record.name
    record.delete()
    record.pk = key
    assert [(label, said) for label, said, _ in versions(record)] == [("insert", name), ("delete", name)]


@pytest.mark.parametrize("model", history.tracked, ids=lambda model: model.__name__)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}", "SET LOCAL keyi.may_empty TO off; TRUNCATE {}"],
    ids=["update", "delete", "truncate"],
)
def test_no_version_can_be_changed_or_deleted(world, model, statement):
    table = history.versions_of(model)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        )
        assert cursor.fetchone() == (2,)
        _put_one(cursor, table)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))


def _put_one(cursor, table: str) -> None:
    """A row to change, without the rules that only a full one keeps."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND is_nullable = 'NO' AND column_name <> 'pgh_id'",
        [table],
    )
    empty = {
        "boolean": "false", "integer": "0", "bigint": "0", "smallint": "0", "numeric": "0", "jsonb": "'[]'",
        "date": "now()", "timestamp with time zone": "now()", "ARRAY": "'{}'", "uuid": "gen_random_uuid()",
    }  # fmt: skip
    names = cursor.fetchall()
    quoted = [f'"{name}"' for name, _ in names]
    values = ", ".join(empty.get(kind, "''") for _, kind in names)
    cursor.execute(f"INSERT INTO {table} ({', '.join(quoted)}) VALUES ({values})")

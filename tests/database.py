"""Pytest plugin: the program's own PostgreSQL and compiled translations, before Django reads its settings."""

import gc
import hashlib
import os
import sys
from typing import Any

import fasteners
import pytest
from pytest_django import fixtures

from keyi.config import embedded, environment
from keyi.core.frames import with_room
from keyi.core.garbage import look_seldom
from tools import messages

look_seldom()
os.environ["KEYI_MODE"] = "test"
embedded.ensure_database(environment.data_folder())
for app in messages.apps_in(messages.ROOT, []):
    messages.compile_catalogue(app)

TABLES = "keyi_tests_"  # the name of the database that others are copied from, before what it was made by
KEPT = {"django_content_type", "auth_permission"}  # made with the tables; nothing in a test changes them


def pytest_configure() -> None:
    """After a test with real transactions few rows are left: deleting them is quicker than emptying all tables with
    all their indexes.
    """
    from django.core.management.commands import flush  # noqa: PLC0415  reads the settings
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415

    def sql_flush(_self: DatabaseOperations, _style: Any, tables: list[str], **_options: Any) -> list[str]:
        deletions = [f'DELETE FROM "{table}"' for table in sorted(set(tables) - KEPT)]
        return [
            "SET LOCAL session_replication_role = replica",
            *deletions,
        ]  # no trigger and no order of tables

    def wanted(items: list[pytest.Item]) -> tuple[set[str], set[str]]:
        aliases, serialized = usual(items)
        if any("objects" in getattr(item, "fixturenames", ()) for item in items):
            aliases.add("default")  # they open a transaction by themselves, which pytest-django does not see
        return aliases, serialized

    usual = fixtures._get_databases_for_setup
    fixtures._get_databases_for_setup = wanted
    if embedded.is_ours(environment.data_folder()):
        _copy_tables()
    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *_args: None  # type: ignore[assignment]  # it would look for KEPT


def _copy_tables() -> None:
    """Migrate once, for all processes and until a migration changes; each test database is a copy of that one."""
    from django.db.backends.postgresql.creation import DatabaseCreation  # noqa: PLC0415  reads the settings

    usual = DatabaseCreation.create_test_db
    name = TABLES + _made_by()

    def create_test_db(self: DatabaseCreation, *arguments: Any, **options: Any) -> str:
        with fasteners.InterProcessLock(environment.data_folder() / "tests.lock"):
            with self._nodb_cursor() as cursor:
                is_there = self._database_exists(cursor, name)
            if is_there:
                self.connection.settings_dict["TEST"]["TEMPLATE"] = name
            made = usual(self, *arguments, **options)
            if not is_there:
                self.connection.close()
                with self._nodb_cursor() as cursor:
                    _keep(cursor, made, name)
        return made

    DatabaseCreation.create_test_db = create_test_db  # type: ignore[method-assign]


def _keep(cursor: Any, made: str, name: str) -> None:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{TABLES}%"])
    for (older,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE "{older}"')
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')


def _made_by() -> str:
    """Changes with any migration of ours, with what they take from elsewhere, and with any dependency."""
    migrations = sorted(messages.ROOT.glob("*/migrations/*.py"))
    helpers = [messages.ROOT / "core" / name for name in ("history.py", "sealed.py")]
    files = [*migrations, *helpers, messages.ROOT.parent / "requirements.lock"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # the program itself need not be looked through again and again for what can be freed


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> object:
    """All tests in one piece of memory for frames, as the program runs its commands and requests."""
    run = session.config.pluginmanager.subset_hook_caller("pytest_runtestloop", [sys.modules[__name__]])
    return with_room(run)(session=session)

"""Migrations run while the version before still serves: no lock that keeps it waiting, nothing it cannot live with.

Each migration's SQL is read by squawk, a linter for PostgreSQL, and by one rule more. Those that make an app's first
tables are read too: on new tables nothing waits.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

LINTER = shutil.which("squawk") or str(Path(sys.executable).parent / "squawk")
MATTERS_OF_STYLE = (
    "prefer-robust-stmts", "prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-text-field",
    "prefer-identity", "require-lock-timeout", "require-statement-timeout", "require-timeout-settings",
    "ban-truncate-cascade",
)  # fmt: skip
EXCEPTIONS: dict[
    str, set[str]
] = {}  # {"records.0005_name": {"ban-drop-column"}}: unused since the version before
DROPPED_DEFAULT = re.compile(
    r'ADD COLUMN "(\w+)"[^;]* NOT NULL[^;]*;[^;]*ALTER COLUMN "\1" DROP DEFAULT', re.S
)

pytestmark = pytest.mark.django_db


def complaints(sql: str, folder: Path) -> set[str]:
    """Names of the rules that the SQL breaks."""
    file = folder / "migration.sql"
    file.write_text(sql)
    command = [LINTER, "--reporter", "json", "--assume-in-transaction", "--pg-version", "15"]
    command += ["--exclude", ",".join(MATTERS_OF_STYLE), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout, done.stderr
    found = {one["rule_name"] for one in json.loads(done.stdout)}
    # Django gives a new column its default and takes it away again: the old version's rows would have none
    return found | ({"default-is-dropped"} if DROPPED_DEFAULT.search(sql) else set())


def own_migrations() -> list[tuple[str, str]]:
    loader = MigrationLoader(None)
    ours = {key for key, one in loader.disk_migrations.items() if type(one).__module__.startswith("keyi.")}
    return sorted(ours)


@pytest.mark.parametrize("key", own_migrations(), ids=".".join)
def test_the_old_version_can_go_on_while_a_migration_runs(key, tmp_path):
    loader = MigrationLoader(connection, replace_migrations=False)
    sql = "\n".join(loader.collect_sql([(loader.graph.nodes[key], False)]))
    if not re.search(r"^[A-Z]", sql, re.M):
        return  # changes nothing in the database
    assert complaints(sql, tmp_path) - EXCEPTIONS.get(".".join(key), set()) == set()


BAD = {
    "a column that must be filled": (
        migrations.AddField("acting", "place", models.CharField(max_length=9, default="x")),
        "default-is-dropped",
    ),
    "a column taken away": (migrations.RemoveField("acting", "reason"), "ban-drop-column"),
    "a table renamed": (migrations.RenameModel("Acting", "Standing"), "renaming-table"),
    "a column renamed": (migrations.RenameField("acting", "reason", "cause"), "renaming-column"),
    "an index built at once": (
        migrations.AddIndex("acting", models.Index(fields=["reason"], name="acting_reason")),
        "require-concurrent-index-creation",
    ),
    "a rule that reads every row": (
        migrations.AddConstraint(
            "acting", models.CheckConstraint(condition=~models.Q(reason="a"), name="not_a")
        ),
        "constraint-missing-not-valid",
    ),
    "another type": (
        migrations.AlterField("acting", "reason", models.IntegerField()),
        "changing-column-type",
    ),
}


@pytest.mark.parametrize(("operation", "rule"), BAD.values(), ids=BAD)
def test_a_migration_that_would_keep_people_waiting_is_found(operation, rule, tmp_path):
    state: ProjectState = MigrationLoader(connection).project_state()
    migration = migrations.Migration("bad", "accounts")
    migration.operations = [operation]
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    assert rule in complaints("\n".join(editor.collected_sql), tmp_path)


def test_a_new_column_with_a_default_of_the_database_is_fine(tmp_path):
    state = MigrationLoader(connection).project_state()
    migration = migrations.Migration("good", "accounts")
    field = models.CharField(max_length=9, default="x", db_default="x")
    migration.operations = [migrations.AddField("acting", "place", field)]
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    assert complaints("\n".join(editor.collected_sql), tmp_path) == set()

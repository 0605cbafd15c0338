"""What has to be in place before the first request: tables, code lists, collected static files, demo data.

Each step looks first whether there is anything to do, so that a later start is quick.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import ProgrammingError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import InsufficientPrivilege

LOCK = 20260001  # any number, the same in every process: two starts at once prepare one after the other

NOT_OWNER = (
    "DATABASE_URL 的角色无权建立数据表，请先用所有者运行 keyi manage migrate 和 keyi manage program_role 角色名。"
    " The role in DATABASE_URL may not make tables: first run keyi manage migrate and keyi manage program_role NAME"
    " as their owner."
)

Say = Callable[[str], None]


def prepare(say: Say, role: str = "") -> None:
    """``role``: whom the tables are opened to, beside their owner."""
    with _one_at_a_time():
        _migrate(say)
        if role:
            call_command("program_role", role, stdout=io.StringIO())
        _load_codes(say)
        if settings.IS_DEMO:
            _load_demo(say)
    connection.close()
    _collect_static(say)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _migrate(say: Say) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("建立数据表 … Creating the tables …")
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except ProgrammingError as error:
            if isinstance(error.__cause__, InsufficientPrivilege):
                raise SystemExit(NOT_OWNER) from error
            raise


def _load_codes(say: Say) -> None:
    """Load the lists that came with the program once; later they belong to the operator."""
    if "load_codes" in get_commands() and not apps.get_model("codes", "CodeItem").objects.exists():
        say("载入代码表 … Loading the code lists …")
        _load("load_codes")


def _load_demo(say: Say) -> None:
    if "demo" in get_commands() and not apps.get_model("accounts", "OrgUnit").objects.exists():
        say("生成演示数据 … Making the demo data …")
        _load("demo", "demo_upkeep", "demo_services")


@transaction.atomic
def _load(*commands: str) -> None:
    """All or nothing: a start that is interrupted here is taken up from the beginning."""
    for command in commands:
        call_command(command, verbosity=0)


def _collect_static(say: Say) -> None:
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    wanted = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("整理静态文件 … Collecting the static files …")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted)


def _static_fingerprint() -> str:
    """Changes with any static file's name, size or time."""
    mark = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            stat = Path(storage.path(path)).stat()
            mark.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return mark.hexdigest()

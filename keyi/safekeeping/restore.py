"""Putting a backup back: everything is checked first, then the database in one transaction, then the files."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyrage
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from . import archive, tools
from .archive import DUMP, FILES, Contents, Unusable
from .backup import ENCRYPTED

Tell = Callable[[str], None]
EMPTY = b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


class NotEmpty(Exception):
    """There are data already, and nobody said that they are to be replaced."""


def restore(source: Path, *, identity: Path | None, replaces: bool, tell: Tell) -> Contents:
    """Raises Unusable, NotEmpty, ToolFailed; nothing is changed then."""
    if not replaces and _has_data():
        raise NotEmpty
    data = Path(settings.DATA)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix="restore-") as place:
        folder = Path(place)
        with _opened(source, identity, folder).open("rb") as tar:
            contents = archive.unpack(tar, folder, tell)
        _check_version(contents)
        _put_database(folder)
        tell("数据库已恢复 the database is back")
        _put_files(folder / FILES)
        tell("文件已恢复 the files are back")
    call_command("migrate", interactive=False, verbosity=0)
    shutil.rmtree(settings.SEARCH_FOLDER, ignore_errors=True)  # built anew from the public copies
    tell(f"备份时间 made at: {contents.made_at}，版本 version: {contents.version}")
    return contents


def _has_data() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('accounts_user') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT FROM accounts_user)")
        return bool(cursor.fetchone()[0])


def _opened(source: Path, identity: Path | None, folder: Path) -> Path:
    if source.suffix != ENCRYPTED:
        return source
    if identity is None:
        raise Unusable(
            "备份已加密，请用 --identity 指定密钥文件。 It is encrypted: name the key's file with --identity."
        )
    lines = identity.read_text("utf-8").splitlines()
    keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    target = folder / "opened.tar"
    try:
        pyrage.decrypt_file(str(source), str(target), keys)
    except pyrage.DecryptError as error:
        raise Unusable(
            "密钥不对，或备份文件损坏。 The key does not fit, or the archive is damaged."
        ) from error
    return target


def _check_version(contents: Contents) -> None:
    """A newer program takes an older backup and migrates it; the other way round something would be lost."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
    own = {name for name in contents.migrations if name.partition(".")[0] in _apps()}
    if unknown := sorted(own - known):
        raise Unusable(
            f"备份来自更新的版本（{contents.version}，{unknown[0]}），请先升级程序。"
            " The backup is of a newer version: upgrade the program first."
        )


def _apps() -> set[str]:
    return {name.rpartition(".")[2] for name in settings.INSTALLED_APPS if name.startswith("keyi.")}


def _put_database(folder: Path) -> None:
    """All in one transaction: it is there wholly, or nothing has changed."""
    script, whole = folder / "database.sql", folder / "whole.sql"
    wanted = _wanted(folder)
    options = ("--no-owner", "--no-privileges", f"--use-list={wanted}", f"--file={script}")
    tools.run("pg_restore", *options, str(folder / DUMP))
    with whole.open("wb") as out:
        out.write(EMPTY)
        with script.open("rb") as text:
            shutil.copyfileobj(text, out)
    connection.close()
    tools.run(
        "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={whole}"
    )


def _wanted(folder: Path) -> Path:
    """All of the dump but the schema itself, which is made here."""
    listed, wanted = folder / "listed", folder / "wanted"
    tools.run("pg_restore", "--list", f"--file={listed}", str(folder / DUMP))
    lines = listed.read_text("utf-8").splitlines(keepends=True)
    wanted.write_text("".join(line for line in lines if " SCHEMA - public " not in line), "utf-8")
    return wanted


def _put_files(folder: Path) -> None:
    """Beside the present ones, then in their place, so that a full disk leaves those that were there."""
    root = Path(settings.MEDIA_ROOT)
    aside = root.with_name(f"{root.name}.before")
    folder.mkdir(exist_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    if root.exists():
        root.rename(aside)
    shutil.move(folder, root)
    shutil.rmtree(aside, ignore_errors=True)

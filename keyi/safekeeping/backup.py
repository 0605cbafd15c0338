"""Making a backup. The database first, in one snapshot; files are only ever added, so all it names are there."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import keyi
from keyi.audit.models import Seal

from . import archive, tools
from .archive import DUMP, FILES, Contents

NAME = "keyi-%Y%m%d-%H%M%S.tar"
PATTERN = "keyi-*.tar*"
ENCRYPTED = ".age"
LEFT_OVER = timedelta(days=1)  # after that a half-written file is nobody's any more


class NoRoom(Exception):
    """There is not enough room where the backup is to stand."""


def make(folder: Path) -> Path:
    """Write a backup into the folder and return its path. Raises ToolFailed, NoRoom, OSError, pyrage's errors."""
    folder.mkdir(parents=True, exist_ok=True)
    _check_room(folder)
    target = folder / timezone.localtime().strftime(NAME)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".half-") as half:
        dump, whole = Path(half) / DUMP, Path(half) / target.name
        tools.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        with whole.open("wb") as out:
            archive.write(out, _contents(), _members(dump))
            out.flush()
            os.fsync(out.fileno())
        if settings.BACKUP_RECIPIENT:
            whole, target = _encrypted(whole), target.with_name(target.name + ENCRYPTED)
        whole.rename(target)
    return target


def _contents() -> Contents:
    applied = MigrationRecorder(connection).applied_migrations()
    last = Seal.objects.last()
    return Contents(
        version=keyi.__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        migrations=sorted(f"{app}.{name}" for app, name in applied),
        sealed=f"{last.day} {last.digest}" if last else "",
    )


def _members(dump: Path) -> Iterator[tuple[str, Path]]:
    yield DUMP, dump
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")) if root.exists() else ():
        if path.is_file() and not path.is_symlink():
            yield f"{FILES}{path.relative_to(root).as_posix()}", path


def _encrypted(whole: Path) -> Path:
    """By age, for the public key that was set: this machine cannot open it again."""
    target = whole.with_name(whole.name + ENCRYPTED)
    recipient = pyrage.x25519.Recipient.from_str(settings.BACKUP_RECIPIENT)
    pyrage.encrypt_file(str(whole), str(target), [recipient])
    return target


def _check_room(folder: Path) -> None:
    root = Path(settings.MEDIA_ROOT)
    files = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) if root.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        needed = (files + cursor.fetchone()[0]) * (2 if settings.BACKUP_RECIPIENT else 1)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(
            f"{folder} 剩余 {free // 2**20} MB，备份可能需要 {needed // 2**20} MB。"
            f" {free // 2**20} MB are left, the backup may need {needed // 2**20} MB."
        )


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` backups, and what a killed one left; the deleted ones."""
    found = sorted(folder.glob(PATTERN))
    old = found[: max(len(found) - keep, 0)]
    for path in old:
        path.unlink()
    for path in folder.glob(".half-*"):
        if datetime.now(UTC).timestamp() - path.stat().st_mtime > LEFT_OVER.total_seconds():
            shutil.rmtree(path, ignore_errors=True)
    return old

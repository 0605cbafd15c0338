"""Backup and restore for real: everything is destroyed and comes back equal, or nothing is touched at all."""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from django.conf import settings as current
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from keyi.audit import log
from keyi.audit.models import Entry
from keyi.records.models import Instrument
from keyi.safekeeping import archive, backup, restore, tools
from keyi.safekeeping.archive import Unusable
from tests.factories import add_photo, make_instrument

pytestmark = pytest.mark.django_db(transaction=True)


def use_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = current.DATABASES["default"]["NAME"] = name


@pytest.fixture
def kept(world, settings, tmp_path) -> Iterator[Path]:
    """Records with files in a database of their own, which may be destroyed; the folder for backups."""
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "files", tmp_path
    settings.BACKUP_RECIPIENT = ""
    for number in range(3):
        record = make_instrument(world, status="published", inventory_number=f"S{number}")
        add_photo(world, record)
        log.record(world.lab_manager, "record.save", record)
    usual = connection.settings_dict["NAME"]
    copy = f"{usual}_kept"
    _sql("postgres", f'DROP DATABASE IF EXISTS "{copy}"', f'CREATE DATABASE "{copy}" TEMPLATE "{usual}"')
    use_database(copy)
    yield tmp_path / "backups"
    _sql("postgres", f'DROP DATABASE "{copy}" WITH (FORCE)')
    use_database(usual)


def _sql(database: str, *lines: str) -> None:
    """Outside of any transaction, in a database nobody else is in."""
    use_database(database)
    with connection.cursor() as cursor:
        for line in lines:
            cursor.execute(line)


def everything() -> dict[str, object]:
    """Every row of every table, every sequence, every file by its digest."""
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        found |= dict(cursor.fetchall())
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1")
        found["triggers"] = cursor.fetchall()
    root = Path(current.MEDIA_ROOT)
    for path in root.rglob("*"):
        if path.is_file():
            found[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def destroy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    for path in sorted(Path(current.MEDIA_ROOT).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def put_back(path: Path, **options) -> None:
    usual = {"identity": None, "replaces": False, "tell": lambda text: None}
    restore.restore(path, **usual | options)


def test_everything_destroyed_comes_back_equal(kept):
    before = everything()
    path = backup.make(kept)
    destroy()
    put_back(path)
    assert everything() == before
    assert before["audit_entry"]
    assert any(name.endswith(".jpg") for name in before)
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.all().delete()
    put_back(backup.make(kept), replaces=True)  # a backup of what was put back is as good
    assert everything() == before


def test_encrypted_for_a_key_that_is_elsewhere(kept, settings, tmp_path):
    key = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENT = str(key.to_public())
    before, path = everything(), backup.make(kept)
    assert path.name.endswith(".tar.age")
    assert "光谱仪".encode() not in path.read_bytes()
    (tmp_path / "key").write_text(f"# created: today\n{key}\n")
    (tmp_path / "other").write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(Unusable, match="加密"):
        put_back(path, replaces=True)
    with pytest.raises(Unusable, match="密钥不对"):
        put_back(path, replaces=True, identity=tmp_path / "other")
    destroy()
    put_back(path, identity=tmp_path / "key")
    assert everything() == before


def test_data_that_are_there_are_replaced_only_if_told_so(kept):
    path = backup.make(kept)
    Instrument.objects.update(name="nach der Sicherung")
    with pytest.raises(restore.NotEmpty):
        put_back(path)
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(path), stdout=io.StringIO())
    assert Instrument.objects.filter(name="nach der Sicherung").count() == 3
    put_back(path, replaces=True)
    assert not Instrument.objects.filter(name="nach der Sicherung").exists()


def test_a_backup_of_an_older_version_is_migrated(kept):
    call_command("migrate", "audit", "0001", verbosity=0)
    path = backup.make(kept)
    call_command("migrate", "audit", verbosity=0)
    put_back(path, replaces=True)
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.all().delete()


def test_a_backup_of_a_newer_version_is_refused(kept):
    MigrationRecorder(connection).record_applied("records", "9999_from_the_future")
    path = backup.make(kept)
    before = everything()
    with pytest.raises(Unusable, match="请先升级程序"):
        put_back(path, replaces=True)
    assert everything() == before


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flip(content: bytes) -> bytes:
    place = content.index(b"PGDMP") + 400
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _escape(content: bytes) -> bytes:
    return _tar({"files/../../../evil": b"x"})


def _link(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo("files/a")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    return out.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize(
    "harm",
    [_cut, _flip, _escape, _link, lambda _: b"", lambda _: b"nonsense" * 1000,
     lambda _: _tar({"contents.json": b"[]"}), lambda _: _tar({"contents.json": b'{"files": 1}'})],
    ids=["cut", "one bit", "path", "link", "empty", "no tar", "no list", "wrong list"],
)  # fmt: skip
def test_what_is_not_a_whole_backup_changes_nothing(kept, harm, tmp_path):
    path = backup.make(kept)
    before = everything()
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(Unusable):
        put_back(path, replaces=True)
    assert everything() == before
    assert list(tmp_path.glob("restore-*")) == []


def test_a_database_that_refuses_half_way_keeps_what_it_had(kept, monkeypatch):
    path = backup.make(kept)
    before = everything()
    monkeypatch.setattr(restore, "EMPTY", restore.EMPTY + b"CREATE TABLE accounts_user (id int);\n")
    with pytest.raises(tools.ToolFailed, match="accounts_user"):
        put_back(path, replaces=True)
    assert everything() == before


def test_only_the_newest_are_kept(kept):
    kept.mkdir()
    names = [f"keyi-2026030{day}-024000.tar" for day in range(1, 6)]
    for name in names:
        (kept / name).write_bytes(b"x")
    deleted = backup.forget_old(kept, 2)
    assert [path.name for path in deleted] == names[:3]
    assert sorted(path.name for path in kept.iterdir()) == names[3:]


def test_without_room_nothing_is_begun(kept, monkeypatch):
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _folder: type("Usage", (), {"free": 1000}))
    with pytest.raises(CommandError, match="MB"):
        call_command("backup", to=str(kept), stdout=io.StringIO())
    assert list(kept.iterdir()) == []


def test_the_list_says_what_is_in_it(kept, tmp_path):
    path = backup.make(kept)
    with path.open("rb") as source:
        contents = archive.unpack(source, tmp_path / "look", lambda text: None)
    assert "audit.0002_append_only" in contents.migrations
    assert len([name for name in contents.files if name.startswith("files/")]) == 3

"""``keyi check``: each thing that can be wrong is found and said."""

import datetime as dt
import io
import os
import time

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from keyi.audit import log
from keyi.safekeeping import checks
from tests.factories import make_instrument

pytestmark = pytest.mark.django_db


def test_a_sound_system_has_nothing_to_say(world, settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path)
    (tmp_path / "keyi-20260310-024000.tar").write_bytes(b"x")
    assert {name: problems for name, problems in checks.run() if problems} == {}


def said(check) -> str:
    return " ".join(check())


def test_a_missing_migration(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'exchange'")
    assert "1 个数据库迁移" in said(checks.database)
    assert [name for name, _problems in checks.run()] == ["数据库 database"]


def test_a_clock_that_is_wrong(db, monkeypatch):
    monkeypatch.setattr(checks.time, "time", lambda: time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, 0)))
    assert "请校时" in said(checks.clock)


def test_a_full_disk(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 5 * 2**20}))
    assert "只剩 5 MB" in said(checks.disk)


def test_jobs_that_failed_or_wait(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) VALUES"
            " ('a', 'b', 'failed', NULL), ('a', 'b', 'todo', now() - interval '1 hour'), ('a', 'b', 'todo', NULL)"
        )
    assert "1 个后台任务失败" in said(checks.queue)
    assert "1 个后台任务等待超过 15 分钟" in said(checks.queue)


def test_no_search_index(world, settings, tmp_path):
    settings.SEARCH_FOLDER = tmp_path / "none"
    assert checks.search() == []
    make_instrument(world, status="published")
    assert "检索索引还没有建立" in said(checks.search)


def test_a_mail_server_that_is_away(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "KEYI_MAIL_URL" in said(checks.mail)


def test_a_log_that_is_not_sealed(world, monkeypatch):
    log.record(world.unit_admin, "login", world.unit_admin)
    later = timezone.localdate() + dt.timedelta(days=4)
    monkeypatch.setattr(
        checks.timezone, "localdate", lambda value=None: timezone.localtime(value).date() if value else later
    )
    assert "没有按天封存" in said(checks.log)


def test_a_lost_key(world, settings):
    assert checks.keys() == []
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert "accounts_user.mobile: KEYI_FIELD_KEYS" in said(checks.keys)


def test_a_virus_scanner_that_does_not_answer(settings):
    assert checks.virus_scanner() == []
    settings.CLAMD = "127.0.0.1:9"
    assert "病毒扫描没有应答（127.0.0.1:9）" in said(checks.virus_scanner)


def test_no_backup_or_an_old_one(settings, tmp_path):
    assert "KEYI_BACKUP_FOLDER" in said(checks.backups)
    settings.BACKUP_FOLDER = str(tmp_path)
    path = tmp_path / "keyi-20260310-024000.tar"
    path.write_bytes(b"x")
    assert checks.backups() == []
    os.utime(path, (0, 0))
    assert "26 小时" in said(checks.backups)


def test_the_command_ends_with_1_when_something_is_wrong(world):
    out = io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("check_up", stdout=out)
    assert "✗ 备份 backups" in out.getvalue()
    assert "✓ 数据库 database" in out.getvalue()

"""``keyi check``: what an operator should know, each with what to do about it."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from keyi.audit import seals
from keyi.audit.models import Entry, Seal
from keyi.core import scanner, sealed
from keyi.search.models import Document
from keyi.search.place import Place

from .backup import PATTERN

Problems = list[str]
LOW_DISK = 2 * 2**30  # bytes
OLD_BACKUP = timedelta(hours=26)
LATE_JOB = timedelta(minutes=15)
CLOCK_OFF = 5.0  # seconds


def database() -> Problems:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return [f"数据库没有应答，请检查 DATABASE_URL 和数据库服务。 The database does not answer: {error}"]
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return [
            f"缺少 {len(plan)} 个数据库迁移，请运行 keyi manage migrate。 {len(plan)} migrations are missing."
        ]
    return []


def clock() -> Problems:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        away = abs(float(cursor.fetchone()[0]) - time.time())
    if away > CLOCK_OFF:
        return [
            f"本机时钟与数据库相差 {away:.0f} 秒，请校时。 The clocks differ by {away:.0f} s: set them right."
        ]
    return []


def keys() -> Problems:
    """Whether the oldest and the newest text of each encrypted column can be read."""
    found = []
    for field in sealed.columns():
        table, column = field.model._meta.db_table, field.column
        with connection.cursor() as cursor:
            for order in ("ASC", "DESC"):
                cursor.execute(
                    f"SELECT {column} FROM {table} WHERE {column} <> '' ORDER BY id {order} LIMIT 1"  # noqa: S608
                )
                row = cursor.fetchone()
                try:
                    sealed.unseal(row[0] if row else "")
                except sealed.UnreadableError as error:
                    found.append(f"{table}.{column}: {error}")
    return found


def virus_scanner() -> Problems:
    if not settings.CLAMD:
        return []
    try:
        answer = scanner.ask(b"PING")
    except OSError as error:
        answer = str(error)
    if answer == "PONG":
        return []
    return [
        f"病毒扫描没有应答（{settings.CLAMD}），上传会被拒绝，请检查 ClamAV 和 KEYI_CLAMD。"
        f" The virus scanner does not answer, uploads are refused: {answer}"
    ]


def disk() -> Problems:
    found = []
    for name, path in (("数据 data", settings.DATA), ("备份 backups", settings.BACKUP_FOLDER)):
        if path and Path(path).exists() and (free := shutil.disk_usage(path).free) < LOW_DISK:
            found.append(
                f"{name}: {path} 只剩 {free // 2**20} MB，请清理或扩容。 Only {free // 2**20} MB are left."
            )
    return found


def queue() -> Problems:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        failed = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs j WHERE status = 'todo'"
            " AND COALESCE(scheduled_at, (SELECT min(at) FROM procrastinate_events e WHERE e.job_id = j.id))"
            " < now() - %s::interval",
            [str(LATE_JOB)],
        )
        late = cursor.fetchone()[0]
    found = []
    if failed:
        found.append(f"{failed} 个后台任务失败，见日志。 {failed} jobs failed: see the output.")
    if late:
        found.append(
            f"{late} 个后台任务等待超过 15 分钟，后台进程可能没有运行。"
            f" {late} jobs wait too long: is the worker running?"
        )
    return found


def search() -> Problems:
    if Place.of_this_node().state() is None and Document.objects.exists():
        return [
            "检索索引还没有建立，启动网站后会自动建立。 There is no search index yet: it is built when the site starts."
        ]
    return []


def mail() -> Problems:
    try:
        with get_connection(fail_silently=False):
            return []
    except OSError as error:
        return [f"邮件服务器连接不上，请检查 KEYI_MAIL_URL：{error} The mail server cannot be reached."]


def log() -> Problems:
    found = [f"操作日志 {one.day}: {one.what}" for one in seals.verify()]
    first = Entry.objects.order_by("at").first()
    last = Seal.objects.last()
    yesterday = timezone.localdate() - timedelta(days=1)
    if (
        first
        and timezone.localdate(first.at) <= yesterday
        and (last is None or last.day < yesterday - timedelta(days=1))
    ):
        found.append(
            "操作日志没有按天封存，后台进程可能没有运行。 The log is not sealed: is the worker running?"
        )
    return found


def backups() -> Problems:
    if not settings.BACKUP_FOLDER:
        return ["没有设置 KEYI_BACKUP_FOLDER，不会自动备份。 Without KEYI_BACKUP_FOLDER no backups are made."]
    made = [path.stat().st_mtime for path in Path(settings.BACKUP_FOLDER).glob(PATTERN)]
    if not made or time.time() - max(made) > OLD_BACKUP.total_seconds():
        return ["最近 26 小时内没有备份，请检查后台进程和磁盘。 There is no backup of the last 26 hours."]
    return []


CHECKS: tuple[tuple[str, Callable[[], Problems]], ...] = (
    ("数据库 database", database), ("时钟 clock", clock), ("磁盘 disk", disk), ("密钥 keys", keys),
    ("病毒扫描 virus scanner", virus_scanner), ("后台任务 jobs", queue), ("检索 search", search),
    ("邮件 mail", mail), ("操作日志 log", log), ("备份 backups", backups),
)  # fmt: skip


def run() -> list[tuple[str, Problems]]:
    """Every check with what it found. Without a database the others cannot be asked."""
    found: list[tuple[str, Any]] = []
    for name, check in CHECKS:
        found.append((name, check()))
        if check is database and found[-1][1]:
            break
    return found

"""``keyi backup [--to FOLDER] [--keep N]``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyi.safekeeping import backup
from keyi.safekeeping.tools import ToolFailed


class Command(BaseCommand):
    help = "备份数据库和文件 One archive of the database and all files."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        usual = settings.BACKUP_FOLDER or str(Path(settings.DATA) / "backups")
        parser.add_argument("--to", default=usual, help="the folder; KEYI_BACKUP_FOLDER unless said")
        parser.add_argument("--keep", type=int, default=0, help="delete all but the newest; 0 deletes none")

    def handle(self, *args: Any, to: str, keep: int, **options: Any) -> None:
        try:
            path = backup.make(Path(to))
        except (ToolFailed, backup.NoRoom, OSError) as error:
            raise CommandError(f"没有备份成功：{error} No backup was made.") from error
        self.stdout.write(f"已备份 backed up: {path} ({path.stat().st_size / 2**20:.1f} MB)")
        if keep > 0:
            for old in backup.forget_old(Path(to), keep):
                self.stdout.write(f"已删除旧备份 deleted: {old}")

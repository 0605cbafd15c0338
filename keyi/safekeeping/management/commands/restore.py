"""``keyi restore FILE [--identity FILE] [--replace]``: stop the service first."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyi.safekeeping import restore
from keyi.safekeeping.archive import Unusable
from keyi.safekeeping.tools import ToolFailed


class Command(BaseCommand):
    help = "恢复备份 Put a backup back. Stop the service first."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--identity", help="file with the age key, if the backup is encrypted")
        parser.add_argument("--replace", action="store_true", help="replace the data that are here now")

    def handle(self, *args: Any, file: str, identity: str | None, replace: bool, **options: Any) -> None:
        source = Path(file)
        if not source.is_file():
            raise CommandError(f"没有这个文件 There is no such file: {source}")
        try:
            restore.restore(
                source,
                identity=Path(identity) if identity else None,
                replaces=replace,
                tell=self.stdout.write,
            )
        except restore.NotEmpty as error:
            raise CommandError(
                "这里已有数据，没有恢复。确实要替换请加 --replace。"
                " There are data here, nothing was done. Add --replace to replace them."
            ) from error
        except (Unusable, ToolFailed, OSError) as error:
            raise CommandError(f"没有恢复，原有数据未变：{error} Nothing was changed.") from error

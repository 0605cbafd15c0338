"""``keyi audit verify``: whether the log is what was sealed; ``keyi audit seals``: the chain, to keep elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyi.audit import seals
from keyi.audit.models import Seal


class Command(BaseCommand):
    help = "核对操作日志 Check the log of actions against its daily seals."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "seals", "seal"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if what == "seal":
            self.stdout.write(f"{seals.seal_days()} 天已封存 days sealed")
        elif what == "seals":
            for seal in Seal.objects.order_by("day"):
                self.stdout.write(f"{seal.day} {seal.entries} {seal.digest}")
        else:
            self._verify()

    def _verify(self) -> None:
        found = seals.verify()
        for one in found:
            self.stderr.write(f"{one.day}: {one.what}")
        if found:
            raise CommandError(f"操作日志与封存不符，共 {len(found)} 处。 The log is not what was sealed.")
        last = Seal.objects.last()
        until = f"{last.day} {last.digest}" if last else "—"
        self.stdout.write(f"操作日志完好，封存至 The log is intact, sealed until: {until}")

"""``keyi check``: tells an operator what is wrong; exit status 1 if anything is."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from keyi.safekeeping import checks


class Command(BaseCommand):
    help = "检查运行状况 What is wrong, if anything."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = checks.run()
        for name, problems in found:
            self.stdout.write(f"{'✗' if problems else '✓'} {name}")
            for problem in problems:
                self.stdout.write(f"    {problem}")
        if any(problems for _name, problems in found):
            sys.exit(1)

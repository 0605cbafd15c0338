from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from keyi.codes.csvfile import BadFile
from keyi.codes.loading import load, shipped_file
from keyi.codes.models import CodeList


class Command(BaseCommand):
    help = "Load the shipped code lists, or one list from a CSV file. Codes are retired, never deleted."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code_list", nargs="?", choices=CodeList.values, help="one list; without it, all")
        parser.add_argument(
            "--from", dest="path", type=Path, help="a CSV file to load instead of the shipped one"
        )

    @transaction.atomic
    def handle(self, *args: Any, code_list: str | None, path: Path | None, **options: Any) -> None:
        if path and not code_list:
            raise CommandError(_("Name the list that this file is for."))
        for name in [code_list] if code_list else CodeList.values:
            file = path or shipped_file(name)
            if file:
                self._load(name, file, options["verbosity"])
            elif code_list:
                told = {"list": name}
                raise CommandError(
                    _("%(list)s does not come with the program. Load it with --from file.csv.") % told
                )

    def _load(self, code_list: str, file: Path, verbosity: int) -> None:
        try:
            changes = load(code_list, file.read_bytes(), file.name)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(error)s") % {"file": file, "error": error}
            ) from error
        except BadFile as bad:
            lines = "\n".join(f"{file}: {problem}" for problem in bad.problems)
            raise CommandError(f"{lines}\n{_('Nothing was changed.')}") from bad
        summary = _(
            "%(list)s: %(added)d added, %(changed)d changed, %(restored)d restored, %(retired)d retired,"
            " %(unchanged)d unchanged"
        )
        if verbosity:
            self.stdout.write(summary % {"list": code_list, **changes.counts})

"""Replaces the thesaurus of the search: ``keyi manage load_thesaurus FILE``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from keyi.search import thesaurus
from keyi.search.models import ThesaurusGroup


class Command(BaseCommand):
    help = (
        "Replace the thesaurus of the search by a CSV file; without one go back to the one that came along."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        groups = _read(options["file"]) if options["file"] else []
        with transaction.atomic():
            ThesaurusGroup.objects.all().delete()
            ThesaurusGroup.objects.bulk_create(
                ThesaurusGroup(
                    subject=group.subject, terms=list(group.terms),
                    narrower=list(group.narrower), related=list(group.related),
                )
                for group in groups
            )  # fmt: skip
        number = len(groups or thesaurus.shipped())
        self.stdout.write(
            f"同义词 {number} 组，索引随后自动重建。 {number} groups; the index is built anew by itself."
        )


def _read(file: Path) -> list[thesaurus.Group]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return thesaurus.parse(lines)
    except (OSError, UnicodeDecodeError, thesaurus.BadThesaurusError) as error:
        raise CommandError(f"{file}: {error}") from error

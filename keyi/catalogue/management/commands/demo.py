"""Fills an empty platform with invented units and instruments: ``keyi demo``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone, translation

from keyi.accounts.models import OrgUnit, User
from keyi.catalogue.demo import scale
from keyi.catalogue.demo.corpus import BadCorpusError, publish_corpus, read
from keyi.catalogue.demo.portal import make_downloads, make_notices
from keyi.catalogue.demo.story import tell
from keyi.codes.memory import remembering
from keyi.core.progress import Bar
from keyi.inbox.models import Message
from keyi.records.models import Instrument
from keyi.search.models import Document

MOST = 2_000_000  # instruments of --scale
UNREAD = 3  # messages each person of the demo has not read yet


class Command(BaseCommand):
    help = "Fill an empty platform with invented units, accounts, instruments, notices and downloads."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--corpus", type=Path, metavar="FILE", help="also publish the instruments of a CSV file"
        )

        parser.add_argument(
            "--scale", type=int, metavar="N", help=f"also make N published instruments, at most {MOST:,}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError(
                "Demo data is never made in production. Set KEYI_MODE=demo to try the platform."
            )
        if options["scale"] is not None and not 0 < options["scale"] <= MOST:
            raise CommandError(f"--scale 后面写 1 到 {MOST:,} 的整数。 Write a number from 1 to {MOST:,}.")
        with transaction.atomic(), translation.override("zh-hans"), remembering():
            self._make()
            if options["corpus"]:
                self._publish(options["corpus"])
            if options["scale"] is not None:
                self._scale(options["scale"])

    def _make(self) -> None:
        if OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION).exists():
            self.stdout.write("已有单位，不再生成演示数据。 There are units already; nothing was made.")
            return
        tell()
        author = User.objects.get(username="reviewer")
        make_notices(author)
        make_downloads(author)
        _tidy_messages()
        self.stdout.write(f"演示数据已生成：仪器 {Instrument.objects.count()} 台（套）。")

    def _scale(self, number: int) -> None:
        if Document.objects.filter(object_id__gt=scale.FIRST_ID).exists():
            self.stdout.write("大规模数据已经生成过。 They were made before; nothing was made.")
            return
        scale.make(number, Bar(self.stdout).show)
        self.stdout.write(
            f"已生成 {number:,} 台（套）规模演示仪器。 {number:,} instruments for the demo of scale."
        )

    def _publish(self, file: Path) -> None:
        if User.objects.filter(username__startswith="corpus").exists():
            self.stdout.write("该清单已经发布过。 The list was published before; nothing was made.")
            return
        try:
            number = publish_corpus(read(file), User.objects.get(username="reviewer"))
        except BadCorpusError as error:
            raise CommandError(str(error)) from error
        _tidy_messages()
        self.stdout.write(f"清单中的 {number} 台（套）仪器已发布。 {number} instruments were published.")


def _tidy_messages() -> None:
    """The story took place in a second: its mail is not sent, and only the newest messages are unread."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'mail' AND status = 'todo'")
    for person in User.objects.all():
        newest = list(person.inbox_messages.values_list("pk", flat=True)[:UNREAD])
        Message.objects.filter(recipient=person).exclude(pk__in=newest).update(read_at=timezone.now())

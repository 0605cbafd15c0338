"""Fills an empty platform with invented units and instruments: ``keyi demo``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone, translation

from keyi.accounts.models import OrgUnit, User
from keyi.catalogue.demo.corpus import BadCorpusError, publish_corpus, read
from keyi.catalogue.demo.portal import make_downloads, make_notices
from keyi.catalogue.demo.story import tell
from keyi.inbox.models import Message
from keyi.records.models import Instrument

UNREAD = 3  # messages each person of the demo has not read yet


class Command(BaseCommand):
    help = "Fill an empty platform with invented units, accounts, instruments, notices and downloads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--corpus", type=Path, metavar="FILE", help="also publish the instruments of a CSV file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError(
                "Demo data is never made in production. Set KEYI_MODE=demo to try the platform."
            )
        with transaction.atomic(), translation.override("zh-hans"):
            self._make()
            if options["corpus"]:
                self._publish(options["corpus"])

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

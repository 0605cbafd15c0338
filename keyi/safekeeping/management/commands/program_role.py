"""``keyi manage program_role NAME``: the database's role for ``keyi serve`` and ``keyi worker``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyi.safekeeping import rights


class Command(BaseCommand):
    help = (
        "给程序自己的数据库角色授权 Grant the program's own role in the database what it needs and no more."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        try:
            tables = rights.grant(name)
        except rights.IsOwner as error:
            raise CommandError(
                f"{name} 拥有数据表或是超级用户，请另取一个角色名。"
                f" {name} owns the tables or is a superuser: name another role."
            ) from error
        self.stdout.write(f"{name}: {len(tables)} 个表只增不改 tables that only grow")

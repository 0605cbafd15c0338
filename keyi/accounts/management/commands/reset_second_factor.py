"""keyi manage reset_second_factor NAME: for who lost the phone and the recovery codes. See the person first."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from keyi.accounts import second_factor
from keyi.accounts.models import User


class Command(BaseCommand):
    help = (
        "Take the second factor off an account; whoever has to have one sets it up anew at the next sign-in."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username__iexact=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}.")
        second_factor.switch_off(user)
        self.stdout.write(f"已重置 reset: {user.username}")

"""keyi manage add_staff: an account for somebody of the province, as on the first day of an installation."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keyi.accounts import links, tree
from keyi.accounts.models import Membership, User
from keyi.accounts.roles import Role
from keyi.audit import log

STAFF = [Role.REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR]


class Command(BaseCommand):
    help = "Add an account of the province in one of its roles; prints the link for choosing a password."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=[str(role) for role in STAFF], required=True)
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--email", required=True)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User(username=options["username"], real_name=options["name"], email=options["email"])
        user.email_verified_at = timezone.now()  # whoever runs this vouches for the address
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        membership = Membership.objects.create(user=user, unit=tree.ensure_province(), role=options["role"])
        log.record(None, "account.add_staff", user, role=membership.role)
        self.stdout.write(
            _("The account %(name)s is there. Open this address within 30 minutes to choose a password:")
            % {"name": user.username}
        )
        self.stdout.write(f"{settings.SITE_URL}{links.reset_path(user)}")

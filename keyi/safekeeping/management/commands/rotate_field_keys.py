"""``keyi manage rotate_field_keys``: encrypts every personal column anew with the first key of KEYI_FIELD_KEYS."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from keyi.core import resealing, sealed


class Command(BaseCommand):
    help = "用 KEYI_FIELD_KEYS 中的第一个密钥重新加密个人信息。 Encrypts personal columns anew with the first key."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for field in sealed.columns():
            table = field.model._meta.db_table
            number = resealing.change_column(table, field.attname, sealed.rotate)
            self.stdout.write(f"{table}.{field.column}: {number}")
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, sealed.SealedContentField):
                    number = resealing.change_contents(model._meta.db_table, field.attname, sealed.rotate)
                    self.stdout.write(f"{model._meta.db_table}.{field.column}: {number}")
        self.stdout.write("完成，旧密钥可以去掉了。 Done: the old key may be taken away.")

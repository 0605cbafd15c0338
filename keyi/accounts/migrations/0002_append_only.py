from django.db import migrations

from keyi.core.history import append_only


class Migration(migrations.Migration):
    """Versions of rows are never changed."""

    dependencies = [("accounts", "0001_tables"), ("audit", "0002_append_only")]

    operations = [
        append_only(
            "accounts_membershipversion",
            "accounts_orgunitversion",
            "accounts_userversion",
        )
    ]

from django.db import migrations

from keyi.core.history import append_only


class Migration(migrations.Migration):
    """Versions of rows are never changed."""

    dependencies = [("records", "0003_platform_or_none"), ("audit", "0002_append_only")]

    operations = [
        append_only(
            "records_adminchangeversion",
            "records_institutionversion",
            "records_instrumentversion",
            "records_platformversion",
        )
    ]

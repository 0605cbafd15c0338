from django.db import migrations

from keyi.core.history import append_only


class Migration(migrations.Migration):
    """Versions of rows are never changed."""

    dependencies = [("reporting", "0001_tables"), ("audit", "0002_append_only")]

    operations = [
        append_only(
            "reporting_annualoperationversion",
            "reporting_annualstaffversion",
            "reporting_maintenanceperiodversion",
            "reporting_periodreopeningversion",
            "reporting_staffversion",
        )
    ]

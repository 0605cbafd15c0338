from django.db import migrations


class Migration(migrations.Migration):
    """The serial part of 受理编号."""

    dependencies = [("review", "0001_tables")]
    operations = [migrations.RunSQL("CREATE SEQUENCE review_receipt", "DROP SEQUENCE review_receipt")]

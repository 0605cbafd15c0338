from django.db import migrations


class Migration(migrations.Migration):
    """The serial part of 平台统一编号: a sequence, so that a number is never given twice."""

    dependencies = [("records", "0001_tables")]
    operations = [migrations.RunSQL("CREATE SEQUENCE instrument_code", "DROP SEQUENCE instrument_code")]

from django.db import models

from keyi.records.models.files import RecordFile

from .upkeep import UpkeepYear


class ProofFile(RecordFile):
    """佐证材料 of an instrument's year. Hangs on the year, so that it stays when the form beside it is refused."""

    unit_lookup = "record__instrument__unit"

    record = models.ForeignKey(UpkeepYear, models.CASCADE, related_name="files")

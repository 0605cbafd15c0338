from django.db import models

from keyi.accounts.scope import ScopedQuerySet
from keyi.records.models import Instrument

from .period import year_column, year_is_known


class UpkeepYear(models.Model):
    """What is done for one instrument in one year. Narrow, so that 200,000 of them are counted at once.

    Only ``upkeep.py`` writes it, in the transaction that writes the people or the operation record; its row
    is also the lock of both. No row means that nothing is done.
    """

    unit_lookup = "instrument__unit"

    instrument = models.ForeignKey(
        Instrument, models.CASCADE, related_name="upkeep_years", db_index=False
    )  # the second index of Meta serves
    year = year_column()
    has_staff = models.BooleanField(default=False)
    has_operation = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "instrument"], include=["has_staff", "has_operation"], name="upkeep_year_once"
            ),
            year_is_known("upkeep_year_known"),
        ]
        indexes = [models.Index(fields=["instrument", "year"], name="upkeep_year_instrument")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.year}"

"""The state of an instrument's year, for filters and sums.

    due(Instrument.objects.for_user(user, Capability.VIEW), 2025)        what has to be kept up for 2025
    with_state(due(…), 2025).filter(state=State.DONE)
    with_state(due(…), 2025).order_by().values("unit").annotate(**COUNTS)

A sum over a whole province reads two narrow indexes: ``instrument_due`` and ``upkeep_year_once``.
"""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, FilteredRelation, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from keyi.records.models import Instrument


class State(models.TextChoices):
    NONE = "none", _("Nothing done")
    STAFF = "staff", _("Staff done")
    OPERATION = "operation", _("Operation done")
    DONE = "done", _("All done")


COUNTS = {
    "total": Count("pk"),
    "none": Count("pk", filter=Q(state=State.NONE)),
    "staff": Count("pk", filter=Q(state=State.STAFF)),
    "operation": Count("pk", filter=Q(state=State.OPERATION)),
    "done": Count("pk", filter=Q(state=State.DONE)),
}


def due(instruments: "QuerySet[Instrument]", year: int) -> "QuerySet[Instrument]":
    """What has to be kept up for the year: on the portal (not taken offline or scrapped), and in the accounts of
    its unit by the end of that year.
    """
    return instruments.filter(is_public=True, booked_on__lte=dt.date(year, 12, 31))


def with_state(instruments: "QuerySet[Instrument]", year: int) -> "QuerySet[Instrument]":
    """Adds ``state``, one of ``State``, to use in filters and aggregates."""
    the_year = FilteredRelation("upkeep_years", condition=Q(upkeep_years__year=year))
    state = Case(
        When(the_year__has_staff=True, the_year__has_operation=True, then=Value(State.DONE)),
        When(the_year__has_staff=True, then=Value(State.STAFF)),
        When(the_year__has_operation=True, then=Value(State.OPERATION)),
        default=Value(State.NONE),
        output_field=models.CharField(),
    )
    return instruments.annotate(the_year=the_year).annotate(state=state)

"""Database constraints that every kind of record builds the same way."""

from django.db import models
from django.db.models import Q

from keyi.review.status import EDITABLE, Status

MAY_HAVE_GAPS = [*sorted(EDITABLE), Status.OFFLINE]


def filled_when_reviewed(
    name: str, *, texts: tuple[str, ...], others: tuple[str, ...]
) -> models.CheckConstraint:
    """Beyond drafts the mandatory columns hold something: the last line behind the complete form."""
    filled = Q()
    for text in texts:
        filled &= ~Q(**{text: ""})
    for other in others:
        filled &= Q(**{f"{other}__isnull": False})
    return models.CheckConstraint(condition=Q(status__in=MAY_HAVE_GAPS) | filled, name=name)

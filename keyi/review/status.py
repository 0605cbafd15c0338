"""The states of a reviewed record: a leaf, so that models and workflow may both read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for the unit's first review")
    ENDORSED = "endorsed", _("Waiting for review")
    APPROVED = "approved", _("Waiting for publication")
    RETURNED = "returned", pgettext_lazy("review", "Returned")
    PUBLISHED = "published", _("Published")
    OFFLINE = "offline", _("Taken offline")
    GRANTED = "granted", _("In effect")  # a request, not a publication


EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
IN_REVIEW = frozenset({Status.SUBMITTED, Status.ENDORSED, Status.APPROVED})

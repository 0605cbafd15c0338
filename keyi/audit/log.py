"""One function to write down what a supervisor may ask about."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from .models import Entry


def record(actor: models.Model | AnonymousUser | None, action: str, obj: models.Model, **data: Any) -> Entry:
    """Append one entry. ``actor`` is None (or anonymous) where nobody is signed in, e.g. a failed login."""
    return Entry.objects.create(
        actor_id=actor.pk if actor is not None else None,
        action=action,
        kind=obj._meta.label_lower,
        object_id=str(obj.pk),
        label=str(obj)[:200],
        data=data,
    )

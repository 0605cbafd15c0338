"""One function to write down what a supervisor may ask about."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from . import context
from .models import Entry


def record(actor: models.Model | AnonymousUser | None, action: str, obj: models.Model, **data: Any) -> Entry:
    """Append one entry. ``actor`` is None (or anonymous) where nobody is signed in, e.g. a failed login."""
    entry = _entry(actor, action, obj, data)
    entry.save()
    return entry


def record_many(actor: models.Model, action: str, objs: Iterable[models.Model], **data: Any) -> None:
    """Append one entry for each, with the same data."""
    Entry.objects.bulk_create(_entry(actor, action, obj, data) for obj in objs)


def _entry(
    actor: models.Model | AnonymousUser | None, action: str, obj: models.Model, data: dict[str, Any]
) -> Entry:
    origin = context.current()
    return Entry(
        address=origin.address,
        request=origin.request,
        token=origin.token,
        actor_id=actor.pk if actor is not None else None,
        action=action,
        kind=obj._meta.label_lower,
        object_id=str(obj.pk),
        label=str(obj)[:200],
        data=data | ({"acting_for": origin.acting_for} if origin.acting_for else {}),
    )

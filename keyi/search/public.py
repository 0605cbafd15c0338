"""Writing and removing public copies. Only the review workflow publishes and withdraws."""

from datetime import datetime
from typing import Any

from .models import Document


def publish(
    kind: str, object_id: int, *, unit_path: str, version: int, at: datetime, copy: dict[str, Any]
) -> None:
    """Write or replace the public copy. ``copy``: slug, title, text, facets, content, files."""
    Document.objects.update_or_create(
        kind=kind,
        object_id=object_id,
        defaults={"unit_path": unit_path, "version": version, "published_at": at, **copy},
    )


def withdraw(kind: str, object_id: int) -> None:
    """Remove the public copy; nothing happens when there is none."""
    Document.objects.filter(kind=kind, object_id=object_id).delete()


def set_hours(kind: str, object_id: int, hours: dict[str, Any]) -> None:
    """Show these hours beside the public copy. A later publication leaves them; without a copy nothing happens."""
    Document.objects.filter(kind=kind, object_id=object_id).update(hours=hours)

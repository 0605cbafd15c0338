"""Writing and removing public copies. Only the review workflow publishes and withdraws."""

from datetime import datetime
from typing import Any

from .models import Document


def publish(
    kind: str, object_id: int, *, unit_path: str, version: int, at: datetime, copy: dict[str, Any]
) -> None:
    """Write or replace the public copy. ``copy``: slug, title, text, facets, content, files."""
    values = {"unit_path": unit_path, "version": version, "published_at": at, **copy}
    Document.objects.bulk_create(
        [Document(kind=kind, object_id=object_id, **values)],
        update_conflicts=True, unique_fields=("kind", "object_id"), update_fields=values,
    )  # fmt: skip


def withdraw(kind: str, object_id: int) -> None:
    """Remove the public copy; nothing happens when there is none."""
    Document.objects.filter(kind=kind, object_id=object_id).delete()


def set_hours(kind: str, object_id: int, hours: dict[str, Any]) -> None:
    """Show these hours beside the public copy. A later publication leaves them; without a copy nothing happens."""
    Document.objects.filter(kind=kind, object_id=object_id).update(hours=hours)

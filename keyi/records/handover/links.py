"""The signed link to one's own request, for people who have no account yet. Knows nothing of the model."""

from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse

LIFETIME = timedelta(days=30)
_SALT = "keyi.records.handover"


def request_path(record: Any) -> str:
    """Where the requester looks at the request, corrects and submits it: until it is submitted."""
    return reverse("admin-change-request", args=[signing.dumps([record.pk, record.version], salt=_SALT)])


def read_token(token: str) -> tuple[int, int] | None:
    """(record, version) of a link that is genuine and in time."""
    try:
        pk, version = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return pk, version

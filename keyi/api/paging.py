"""Cursors: the key of the last row, so that pages neither skip nor repeat rows while others are written."""

import base64
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .problems import Problem

MOST = 200
USUAL = 50
LONGEST = 60


def page(rows: QuerySet, key: str, cursor: str | None, limit: int) -> tuple[list[Any], str | None]:
    """The rows after the cursor in the order of ``key``, and the next cursor."""
    rows = rows.order_by(key)
    if cursor:
        rows = rows.filter(**{f"{key}__gt": _read(cursor, rows, key)})
    found = list(rows[: limit + 1])
    is_more = len(found) > limit
    return found[:limit], _write(getattr(found[limit - 1], key)) if is_more else None


def _write(value: Any) -> str:
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def _read(cursor: str, rows: QuerySet, key: str) -> Any:
    """Raises Problem."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        if not text.isprintable():
            raise ValueError(text)
        value = rows.model._meta.get_field(key).to_python(text)
        if isinstance(value, int) and not 0 <= value < 2**63:
            raise ValueError(text)
    except (ValueError, ValidationError) as error:  # what is no base64, no UTF-8 or no number
        detail = _("The cursor cannot be read. Begin with the first page.")
        raise Problem(422, detail, errors=[{"field": "cursor", "message": detail}]) from error
    return value

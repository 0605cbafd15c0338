"""The change feed: for systems that keep a copy of everything public."""

import time
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router

from keyi.search import follow
from keyi.search.models import Document, Withdrawal

from . import paging, summaries
from .problems import Problem
from .public import PATHS, WRONG, record
from .schemas import ChangesOut, ProblemOut
from .summaries import SUMMARIES

router = Router(tags=["public"])
PATIENCE = 2.0  # seconds for those who are writing now
LARGEST = 2**62
AGAIN = "2"


def settled_revision() -> int:
    """A number up to which every change can be seen. Raises Problem where writers do not come to an end."""
    last, waiting = follow.last_revision(), follow.writers()
    deadline = time.monotonic() + PATIENCE
    while waiting:
        if time.monotonic() > deadline:
            detail = _("Changes are being written just now. Ask again in a moment.")
            raise Problem(503, detail, headers={"Retry-After": AGAIN})
        time.sleep(0.05)
        waiting &= follow.writers()
    return last


@router.get(
    "/changes",
    response={200: ChangesOut, 503: ProblemOut, **WRONG},
    summary=SUMMARIES["/changes"],
    description=summaries.CHANGES,
)
def changes(
    request,
    after: int = Query(0, ge=0, le=LARGEST, description=summaries.AFTER),
    limit: int = Query(paging.USUAL, ge=1, le=paging.MOST),
):
    settled = settled_revision()
    rows = sorted(
        [*_of(Document, after, settled, limit), *_of(Withdrawal, after, settled, limit)],
        key=lambda row: row.revision,
    )
    shown = rows[:limit]
    is_more = len(rows) > limit
    following = shown[-1].revision if is_more else max(settled, after if after <= settled else settled)
    return {"items": [_change(row) for row in shown], "next": following, "more": is_more}


def _of(model: Any, after: int, settled: int, limit: int) -> list[Any]:
    found = model.objects.filter(revision__gt=after, revision__lte=settled).order_by("revision")
    return list(found[: limit + 1])


def _change(row: Any) -> dict[str, Any]:
    if isinstance(row, Document):
        return {
            "revision": row.revision, "what": "published", "kind": PATHS[row.kind], "number": row.slug,
            "record": record(row),
        }  # fmt: skip
    what = "emptied" if row.document_id == Withdrawal.EVERYTHING else "removed"
    return {
        "revision": row.revision, "what": what, "kind": PATHS.get(row.kind, ""), "number": row.slug, "record": None,
    }  # fmt: skip

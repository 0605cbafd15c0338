"""Looking something up once for work that reads thousands of rows, such as an import."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("what was looked up", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within the block, what a text means in a list is found out once. A list replaced meanwhile is not noticed."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def recall(key: Hashable) -> Any:
    """What was remembered under the key, or None."""
    known = _known.get()
    return known.get(key) if known is not None else None


def remember(key: Hashable, found: Any, *, most: int | None = None) -> None:
    """``most``: only while fewer things than that are known, so that a table of nonsense fills no memory."""
    known = _known.get()
    if known is not None and (most is None or len(known) < most):
        known[key] = found

"""Looking an item of a code list up once for work that reads thousands of rows, such as an import."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .models import CodeItem

_known: ContextVar[dict[Hashable, CodeItem] | None] = ContextVar("known code items", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within the block, what a text means in a list is found out once. A list replaced meanwhile is not noticed."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def recall(key: Hashable) -> CodeItem | None:
    known = _known.get()
    return known.get(key) if known is not None else None


def remember(key: Hashable, item: CodeItem) -> None:
    known = _known.get()
    if known is not None and not item.is_retired:
        known[key] = item

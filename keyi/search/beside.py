"""A search beside the counting: the library lets go of the interpreter while it searches, not while it counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

T = TypeVar("T")
THREADS = 8  # more than a web process answers at once
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="search")


def beside(act: Callable[[], T]) -> Callable[[], T]:
    """Begin ``act`` in another thread; what comes back waits for its result. ``act`` uses no database."""
    under_way = Event()

    def run() -> T:
        under_way.set()
        return act()

    future = _pool.submit(run)
    under_way.wait()  # or the counting would begin first, and hold the interpreter until it ends
    return future.result

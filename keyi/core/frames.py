"""Room for Python's frames: one large piece of memory for everything that is called, instead of many small ones.

CPython keeps frames in pieces of 16 KB. A loop that calls across the end of a piece takes a new one from the kernel
and gives it back with every single call: python/cpython#142183, mended in 2026 for 3.13 and later, not for 3.11 and
3.12. Our pages go deep enough for that: templates in templates, a form's fields, a query. A frame that says it needs
much gets a piece with room left for all that is called from it; memory that nobody touches is never given.
``python -m bench.process`` measures what it is worth.
"""

import functools
from collections.abc import Callable
from types import FunctionType
from typing import ParamSpec, TypeVar, cast

# of 8 bytes; CPython takes the next power of two, 512 KB, and half of it is left for the calls
WORDS = 33_000

P = ParamSpec("P")
R = TypeVar("R")


def with_room(call: Callable[P, R]) -> Callable[P, R]:
    """``call``, and all that it calls, in one piece of memory. Also a middleware."""

    @functools.wraps(call)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    function = cast(FunctionType, inside)
    function.__code__ = function.__code__.replace(co_stacksize=WORDS)
    return inside

"""Room for Python's frames."""

import resource

import pytest

from keyi.core.frames import with_room

CALLS = 2_000
DEPTHS = 150  # some frames more than a piece of 16 KB holds


def nothing(*values: object) -> None:
    pass


def loop_at(depth: int) -> None:
    """Many calls from a frame that stands so deep."""
    if depth:
        loop_at(depth - 1)
    else:
        for _ in range(CALLS):
            nothing(1, 2, 3)


def pages_for_loops_at_every_depth() -> int:
    """Pages of memory that the kernel had to give."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for depth in range(DEPTHS):
        loop_at(depth)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_calls_take_no_memory_from_the_kernel_at_any_depth():
    assert with_room(pages_for_loops_at_every_depth)() < CALLS / 4


def test_values_come_back_and_errors_come_through():
    @with_room
    def divide(number: int, *, by: int) -> float:
        """Divided."""
        return number / by

    assert (divide(6, by=4), divide.__name__, divide.__doc__) == (1.5, "divide", "Divided.")
    with pytest.raises(ZeroDivisionError):
        divide(1, by=0)

"""What room for Python's frames is worth (``core/frames.py``): the form of an instrument, opened with and without.

How often a loop calls across the end of a piece of frames depends on how deep it stands, so the page is asked from
several depths, in turn with and without room. Run it as ``python -m bench.frames``.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

import bench.scratch  # noqa: F401  first: it names the database
from tests.factories import make_institution, make_instrument
from tests.world import World

DEPTHS = range(0, 120, 8)  # frames below the request; a piece holds some hundred
RUNS = 5
WITHOUT = [name for name in settings.MIDDLEWARE if name != "keyi.core.frames.with_room"]


def measured(act: Callable[[], None], depth: int) -> tuple[float, int]:
    """(milliseconds, pages of memory that the kernel had to give), from so deep."""
    if depth:
        return measured(act, depth - 1)
    faults, started = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, time.perf_counter()
    act()
    taken = (time.perf_counter() - started) * 1000
    return taken, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults


def opener(middleware: list[str], user: object, url: str) -> Callable[[], None]:
    with override_settings(MIDDLEWARE=middleware):
        client = Client()
        client.force_login(user)  # type: ignore[arg-type]
        assert client.get(url).status_code == 200
    return lambda: client.get(url) and None


def compare(openers: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Mean milliseconds over all depths, the median of the runs at each."""
    found: dict[str, list[list[tuple[float, int]]]] = {name: [] for name in openers}
    for depth in DEPTHS:
        runs: dict[str, list[tuple[float, int]]] = {name: [] for name in openers}
        for _run in range(RUNS):
            for name, act in openers.items():
                runs[name].append(measured(act, depth))
        for name, of_depth in runs.items():
            found[name].append(of_depth)
    means = {}
    for name, depths in found.items():
        times = [statistics.median(taken for taken, _pages in runs) for runs in depths]
        pages = [statistics.median(pages for _taken, pages in runs) for runs in depths]
        means[name] = statistics.mean(times)
        print(f"  {name:<14} {means[name]:7.1f} ms   worst depth {max(times):7.1f} ms"
              f"   {statistics.mean(pages):7.0f} pages of memory, worst {max(pages):7.0f}")  # fmt: skip
    return means


def main() -> int:
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        world = World()
        make_institution(world)
        record = make_instrument(world, status="draft")
        url = reverse("record-edit", args=["instruments", record.pk])
        print(f"Python {sys.version.split()[0]}, the form of an instrument from {len(DEPTHS)} depths:")
        means = compare(
            {
                "without room": opener(WITHOUT, world.lab_manager, url),
                "with room": opener(settings.MIDDLEWARE, world.lab_manager, url),
            }
        )
        print(f"  with room it takes {means['with room'] / means['without room']:.2f} times as long")
        return 0
    finally:
        connection.creation.destroy_test_db("keyi", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())

"""What a web process gains from two settings of Python: room for frames, and freezing what it has loaded.

The form of an instrument is opened with and without room (``core/frames.py``). How often a loop calls across the end
of a piece of frames depends on how deep it stands, so the page is asked from several depths, in turn with and without.
Fails when room makes it slower. Run it as ``python -m bench.process``.
"""

import gc
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
MOST_TIMES = 1.05  # as long with room as without; alike on a Python that needs none
WITHOUT = [name for name in settings.MIDDLEWARE if name != "keyi.core.frames.with_room"]


def measured(act: Callable[[], None], depth: int) -> tuple[float, int]:
    """(milliseconds, pages of memory that the kernel had to give), from so deep."""
    if depth:
        return measured(act, depth - 1)
    faults, started = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, time.perf_counter()
    act()
    taken = (time.perf_counter() - started) * 1000
    return taken, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults


def look_for_garbage(act: Callable[[], None]) -> float:
    """Milliseconds in which every thread stands still, after a request; the median of the runs."""
    times = []
    for _run in range(RUNS):
        act()
        times.append(measured(lambda: gc.collect() and None, 0)[0])
    return statistics.median(times)


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
        openers = {
            "without room": opener(WITHOUT, world.lab_manager, url),
            "with room": opener(settings.MIDDLEWARE, world.lab_manager, url),
        }
        means = compare(openers)
        times = means["with room"] / means["without room"]
        print(f"  with room it takes {times:.2f} times as long{'   BROKEN' if times > MOST_TIMES else ''}")
        usual = look_for_garbage(openers["with room"])
        gc.freeze()
        frozen = look_for_garbage(openers["with room"])
        print(
            f"A look through everything for garbage, after a request: {usual:.1f} ms;"
            f" once what is loaded is frozen {frozen:.1f} ms ({frozen / usual:.2f} times)"
        )
        return int(times > MOST_TIMES)
    finally:
        connection.creation.destroy_test_db("keyi", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())

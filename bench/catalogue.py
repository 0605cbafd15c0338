"""The catalogue at 10,000, 200,000 and 1,000,000 instruments: ``make bench-catalogue SIZES="10000 200000"``.

Each size is a platform of its own in a temporary folder: database, index and a running server. Beside the engine
stand PostgreSQL's full-text search and ILIKE, asked the same questions; beside the pages a bare Django view that sends
as many bytes. It fails when a promise is broken.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROMISES = {  # milliseconds or pages a second, on 2 cores
    "engine p95": {200_000: 8.0, 1_000_000: 40.0},
    "page p50": {200_000: 20.0},
    "suggestions p95": {200_000: 30.0},
    "pages per second": {200_000: 120.0},
    "first page after a restart": {200_000: 1000.0, 1_000_000: 1000.0},
    "times faster than full-text": {200_000: 20.0},
    "seconds to make the data": {200_000: 180.0},
    "published to visible": dict.fromkeys((10_000, 200_000, 1_000_000), 2.0),  # seconds
}
AT_LEAST = frozenset({"pages per second", "times faster than full-text"})
SIZES = (10_000, 200_000, 1_000_000)


def main() -> int:
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    broken = [promise for size in sizes for promise in _run(size)]
    for promise in broken:
        print(f"BROKEN: {promise}")
    return 1 if broken else 0


def _run(size: int) -> list[str]:
    """One size in a process of its own, which starts and ends its own database."""
    folder = Path(tempfile.mkdtemp(prefix="keyi-bench-"))
    environment = {
        **os.environ,
        "KEYI_MODE": "demo",
        "KEYI_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    environment.pop("DATABASE_URL", None)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.catalogue_size", str(size)],
            env=environment,
            stdout=subprocess.PIPE,
            check=False,
        )
        lines = done.stdout.decode().splitlines()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = {}
    for line in lines:
        name, mark, value = line.partition("\t")
        if mark:
            figures[name] = float(value)
        else:
            print(line)
    if done.returncode:
        return [f"{size:,}: the measurement ended with {done.returncode}"]
    return _broken(size, figures)


def _broken(size: int, figures: dict[str, float]) -> list[str]:
    found = []
    for name, limits in PROMISES.items():
        if size not in limits:
            continue
        is_kept = figures[name] >= limits[size] if name in AT_LEAST else figures[name] <= limits[size]
        if not is_kept:
            found.append(f"{size:,}: {name} is {figures[name]:,.1f}, promised {limits[size]:,.0f}")
    return found


if __name__ == "__main__":
    started = time.monotonic()
    status = main()
    print(f"{time.monotonic() - started:,.0f} s")
    sys.exit(status)

"""Read by every Python of a running system under test: its clock is as far off as the file KEYI_TEST_CLOCK says."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine


def follow(file: Path) -> None:
    off, travel = 0.0, None
    while True:
        try:
            wanted = float(file.read_text() or 0)
        except (OSError, ValueError):
            wanted = off
        if wanted != off:
            if travel is not None:
                travel.stop()
            travel, off = None, wanted
            if wanted:
                travel = time_machine.travel(datetime.now(UTC) + timedelta(seconds=wanted), tick=True)
                travel.start()
        threading.Event().wait(0.3)


def start() -> None:
    threading.Thread(target=follow, args=(Path(os.environ["KEYI_TEST_CLOCK"]),), daemon=True).start()


if os.environ.get("KEYI_TEST_CLOCK"):
    start()
    os.register_at_fork(after_in_child=start)  # a fork takes no thread along

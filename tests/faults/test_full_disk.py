"""The disk is full while instruments, photos and submissions come in: 503, nothing half, and on again with room."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.promises import goes_on, kept, open_to_the_database, refused, sending
from tests.faults.running import Running, wait_for

ROOM = "260m"  # of the whole disk: database and files
PAGE = 4096


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, in memory. Only root may lay one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0755", "none", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may lay a small disk")
def test_a_full_disk_loses_nothing_and_is_over_when_there_is_room(small_disk):
    running = Running(small_disk / "data")
    open_to_the_database(small_disk / "data")
    running.start()
    try:
        with sending(running, 2) as senders:
            goes_on(running, senders)
            filler = small_disk / "filler"
            fill(filler)
            before = sum(thread.repeats for thread in senders)
            wait_for(lambda: sum(thread.repeats for thread in senders) > before + 10, 90, running.printed)
            assert refused(senders) == []
            filler.unlink()
            goes_on(running, senders)
            for thread in senders:
                thread.stopped.set()
            for thread in senders:
                thread.join(30)
            kept(running, senders)
    finally:
        running.end()


def fill(filler: Path) -> None:
    """To the last page."""
    with filler.open("wb", buffering=0) as full, suppress(OSError):
        while True:
            full.write(bytes(PAGE))

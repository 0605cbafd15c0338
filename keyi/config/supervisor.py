"""Runs the web server and the worker: starts them, starts a fallen one again, ends both together."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 15.0  # seconds a child has to end by itself
LONGEST_PAUSE = 30.0  # seconds before a child that keeps falling is tried again
STEADY = 60.0  # a child that ran this many seconds starts again without a pause
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """In the child: ask Linux for a SIGTERM should the supervisor be killed outright."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One program and everything it started, which is its own process group."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.pause = 0.0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.due_at: float | None = None
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def look_after(self) -> None:
        """Plan a new start for a fallen child, or carry out the planned one."""
        now = time.monotonic()
        if self.process.poll() is None:
            return
        if self.due_at is None:
            is_steady = now - self.started_at > STEADY
            self.pause = 1.0 if is_steady or not self.pause else min(self.pause * 2, LONGEST_PAUSE)
            self.due_at = now + self.pause
            self.signal_group(signal.SIGKILL)  # what the fallen one left behind
            say(
                f"{self.name} 意外退出（{self.process.returncode}），{self.pause:.0f} 秒后重新启动。"
                f" {self.name} ended unexpectedly and starts again in {self.pause:.0f} s."
            )
        elif now >= self.due_at:
            self.start()

    def signal_group(self, number: int) -> None:
        with suppress(ProcessLookupError):  # nobody left
            os.killpg(self.process.pid, number)

    def end(self, deadline: float) -> None:
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} 没有按时停止，强行结束。 {self.name} did not stop in time and is killed.")
        self.signal_group(signal.SIGKILL)
        self.process.wait()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def supervise(
    commands: dict[str, list[str]],
    *,
    is_ready: Callable[[], bool],
    on_ready: Callable[[], None],
    look_after: Callable[[], str],
) -> None:
    """Run the commands until SIGTERM or SIGINT; call ``on_ready`` once, when ``is_ready`` first says so.

    ``look_after`` is called again and again for what the children need; what it returns is said.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children = [Child(name, command) for name, command in commands.items()]
    waits_for_ready = True
    try:
        while not stop.wait(0.2):
            if told := look_after():
                say(told)
            for child in children:
                child.look_after()
            if waits_for_ready and is_ready():
                waits_for_ready = False
                on_ready()
    finally:
        for child in children:
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for child in children:
            child.end(deadline)

"""The whole program in production mode with real processes, and clients that remember what they were promised."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import psutil

from tests.config.keyi import ROOT, environment, free_port

MAKE_UNIT = """
from keyi.accounts.models import *
from keyi.accounts.roles import Role
from keyi.accounts import tree
from keyi.api import tokens
province = tree.ensure_province()
city = OrgUnit.objects.create(level="city", name="长沙市", parent=province)
about = {"uscc": "12430000MB00000192", "nature": "university"}
unit = OrgUnit.objects.create(level="institution", name="麓山大学", parent=city, **about)
OrgUnit.objects.create(level="department", name="分析测试中心", parent=unit)
user = User.objects.create_user("unit_admin", email="a@example.org", password="x", real_name="周明")
Membership.objects.create(user=user, unit=unit, role=Role.INSTITUTION_ADMIN)
print(tokens.make(user, unit, name="t", may_write=True, days=1)[1])
"""


class Running:
    """``keyi serve`` in a folder of its own, with its own PostgreSQL."""

    def __init__(self, data: Path, **values: str) -> None:
        self.data, self.port, self.mail_port = data, free_port(), free_port()
        self.settings = environment(
            KEYI_DATA=str(data), PORT=str(self.port), KEYI_HOSTS="127.0.0.1", KEYI_PLAIN_HTTP="yes",
            KEYI_SECRET_KEY="a-secret-for-tests-only-0123456789-0123456789-0123456789",
            KEYI_FIELD_KEYS="a2V5aS10ZXN0cy1vbmx5LWtleWktdGVzdHMtb25seS0=",
            KEYI_MAIL_URL=f"smtp://127.0.0.1:{self.mail_port}", KEYI_MAIL_FROM="keyi@example.org",
            KEYI_URL=f"http://127.0.0.1:{self.port}",
            **values,
        )  # fmt: skip
        self.log = data.with_suffix(".log")

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keyi.cli", "serve"],
            env=self.settings, cwd=ROOT, stdout=self.log.open("a"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self, seconds: float = 90) -> None:
        wait_for(lambda: self.ask("/readyz") == 200, seconds, self.printed)

    def printed(self) -> str:
        return self.log.read_text()[-3000:]

    def ask(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "keyi.cli", "manage", *arguments],
            env=self.settings, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def database(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postgres" / "postmaster.pid").read_text().split("\n")[0]))

    def child(self, word: str) -> psutil.Process:
        """The web server's or the worker's process."""
        return next(
            one for one in psutil.Process(self.process.pid).children() if word in " ".join(one.cmdline())
        )

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


def wait_for(answer, seconds: float, told=lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not answer():
        if time.monotonic() > deadline:
            raise AssertionError(f"it took longer than {seconds} s\n{told()}")
        threading.Event().wait(0.1)


class Sender(threading.Thread):
    """Saves drafts one after the other until it is stopped; each is repeated under its key until it is answered."""

    def __init__(self, running: Running, secret: str, name: str) -> None:
        super().__init__(daemon=True)
        self.running, self.secret, self.tag = running, secret, name
        self.stopped = threading.Event()
        self.promised: dict[str, int] = {}  # inventory number → the key that the answer gave
        self.repeats = self.refusals = 0

    def run(self) -> None:
        number = 0
        while not self.stopped.is_set():
            number += 1
            self._save(f"{self.tag}-{number:05d}")

    def _save(self, number: str) -> None:
        key = uuid.uuid4().hex
        body = json.dumps({"name": "光谱仪", "inventory_number": number}).encode()
        while not self.stopped.is_set():
            if (answer := self._send(body, key)) is not None:
                self.promised[number] = answer["id"]
                return
            self.repeats += 1
            self.stopped.wait(0.2)

    def _send(self, body: bytes, key: str) -> dict | None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.running.port}/api/v1/work/instruments", data=body, method="POST",
            headers={
                "Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", "Idempotency-Key": key,
            },
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert answer.status == 201
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            self.refusals += error.code < 500 and error.code != 429
            return None
        except (OSError, ValueError):
            return None


def kill(process: psutil.Process) -> None:
    os.kill(process.pid, signal.SIGKILL)

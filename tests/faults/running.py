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

from tests.api.bodies import INSTRUMENT
from tests.config.keyi import ROOT, environment, free_port
from tests.core.samples import as_bytes, scene

PHOTO = as_bytes(scene(900, 700))
PAUSE = 1.0  # seconds between a client's instruments, which leaves the machine to what is tested

MAKE_UNIT = """
from django.utils import timezone
from keyi.accounts.models import *
from keyi.codes.models import CodeItem
from keyi.records.models import Institution
from tests.factories import INSTITUTION
from keyi.accounts.roles import Role
from keyi.accounts import tree
from keyi.api import tokens
province = tree.ensure_province()
city = OrgUnit.objects.create(level="city", name="长沙市", parent=province)
about = {"uscc": "12430000MB00000192", "nature": "university"}
unit = OrgUnit.objects.create(level="institution", name="麓山大学", parent=city, **about)
OrgUnit.objects.create(level="department", name="分析测试中心", parent=unit)
user = User.objects.create_user("unit_admin", email="a@example.org", password="x", real_name="周明")
User.objects.filter(pk=user.pk).update(email_verified_at=timezone.now())
about = dict(INSTITUTION, name=unit.name, division=CodeItem.objects.get(code_list="division", code="430104"))
Institution.objects.create(unit=unit, status="published", is_public=True, published_at=timezone.now(), **about)
Membership.objects.create(user=user, unit=unit, role=Role.INSTITUTION_ADMIN)
print(tokens.make(user, unit, name="t", may_write=True, days=1)[1])
"""


class Running:
    """``keyi serve`` in a folder of its own, with its own PostgreSQL."""

    def __init__(self, data: Path, **values: str) -> None:
        self.data, self.port, self.mail_port = data, free_port(), free_port()
        self.clock = data.with_suffix(".clock")
        self.clock.write_text("0")
        self.settings = environment(
            PYTHONPATH=str(Path(__file__).parent / "clock"), KEYI_TEST_CLOCK=str(self.clock),
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

    def address(self) -> str:
        """How a client of its own reaches its database."""
        return f"postgresql://postgres:@/postgres?host={self.data / 'postgres'}"

    def child(self, word: str) -> psutil.Process:
        """The web server's or the worker's process."""
        return next(
            one for one in psutil.Process(self.process.pid).children() if word in " ".join(one.cmdline())
        )

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


def wait_for(answer, seconds: float, told=lambda: "", every: float = 0.1) -> None:
    deadline = time.monotonic() + seconds
    while not answer():
        if time.monotonic() > deadline:
            raise AssertionError(f"it took longer than {seconds} s\n{told()}")
        threading.Event().wait(every)


class Sender(threading.Thread):
    """Saves instruments, each with a photo, and submits them, one after the other until it is stopped.

    Each request is repeated under its key until it is answered; what was answered is remembered as promised.
    """

    def __init__(self, running: Running, secret: str, name: str) -> None:
        super().__init__(daemon=True)
        self.running, self.secret, self.tag = running, secret, name
        self.stopped = threading.Event()
        self.promised: dict[str, int] = {}  # inventory number → the key that the answer gave
        self.photos: dict[int, str] = {}  # the record's key → the token of its photo
        self.submitted: dict[int, str] = {}  # the record's key → the receipt number
        self.repeats = 0
        self.words: list[str] = []  # of the refusals, for whoever reads a failure

    def run(self) -> None:
        number = 0
        while not self.stopped.is_set():
            number += 1
            self._one(f"{self.tag}-{number:05d}")
            self.stopped.wait(PAUSE)

    def _one(self, number: str) -> None:
        body = json.dumps(
            INSTRUMENT | {"inventory_number": number, "lab": "分析测试中心", "category": "010400"}
        ).encode()
        saved = self._until_answered("", body, "application/json")
        if saved is None:
            return
        key = self.promised[number] = saved["id"]
        photo = self._until_answered(f"/{key}/files/photos", *multipart(PHOTO))
        if photo is None:
            return
        self.photos[key] = photo["token"]
        sent = self._until_answered(f"/{key}/steps/submit", b"{}", "application/json")
        if sent is not None:
            self.submitted[key] = sent["receipt"]

    def _until_answered(self, path: str, body: bytes, kind: str) -> dict | None:
        """The answer; None when it was stopped before."""
        key = uuid.uuid4().hex
        while not self.stopped.is_set():
            if (answer := self._send(path, body, kind, key)) is not None:
                return answer
            self.repeats += 1
            self.stopped.wait(0.2)
        return None

    def _send(self, path: str, body: bytes, kind: str, key: str) -> dict | None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.running.port}/api/v1/work/instruments{path}", data=body, method="POST",
            headers={"Authorization": f"Bearer {self.secret}", "Content-Type": kind, "Idempotency-Key": key},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                self.words.append(error.read().decode()[:500])
            return None
        except (OSError, ValueError):
            return None


def multipart(content: bytes) -> tuple[bytes, str]:
    """A body with one file, and its content type."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    return head.encode() + content + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def kill(process: psutil.Process) -> None:
    os.kill(process.pid, signal.SIGKILL)

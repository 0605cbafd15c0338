"""kill -9 of the web server, the worker, PostgreSQL, and of all at once, while drafts are being saved.

Afterwards every draft that was answered with 201 is there once, none is there half, and the service is back by itself.
"""

import json
import signal
import sys

import psutil
import pytest

from tests.faults.running import MAKE_UNIT, Running, Sender, kill, wait_for
from tests.faults.sink import Sink

SENDERS = 3
COUNT = """
import json
from keyi.records.models import Instrument
from keyi.audit.models import Entry
from keyi.api.models import KeptAnswer
rows = list(Instrument.objects.values_list("inventory_number", "pk", "name", "edits"))
logged = Entry.objects.filter(action="record.save").values_list("object_id", flat=True)
print(json.dumps({"rows": rows, "logged": list(logged), "answers": KeptAnswer.objects.count()}))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults") / "data"
    for parent in list(folder.parents)[:4]:  # as root PostgreSQL runs as somebody else, who has to get here
        if parent.stat().st_uid == 0 and str(parent) != "/":
            parent.chmod(parent.stat().st_mode | 0o055)
    one = Running(folder)
    one.start()
    yield one
    one.end()


@pytest.fixture
def senders(running):
    secret = running.manage("shell", "-v0", "-c", MAKE_UNIT).split("\n")[-1]
    threads = [Sender(running, secret, f"T{number}") for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.stopped.set()


def saved(senders) -> int:
    return sum(len(thread.promised) for thread in senders)


def goes_on(running, senders, seconds: float = 90) -> None:
    """The service answers again by itself: twenty more drafts are saved."""
    before = saved(senders)
    wait_for(lambda: saved(senders) >= before + 20, seconds, running.printed)


def test_nothing_promised_is_lost_and_nothing_is_there_twice(running, senders):
    goes_on(running, senders)
    for fault in (_web, _worker, _database, _web_and_database, _frozen_database):
        fault(running)
        goes_on(running, senders)
    for thread in senders:
        thread.stopped.set()
    for thread in senders:
        thread.join(30)
    _all_at_once(running)
    found = json.loads(running.manage("shell", "-v0", "-c", COUNT).split("\n")[-1])
    promised = {number: key for thread in senders for number, key in thread.promised.items()}
    there = {number: key for number, key, _name, _edits in found["rows"]}
    repeats = sum(thread.repeats for thread in senders)
    print(f"\npromised {len(promised)}, there {len(there)}, repeated requests {repeats}", file=sys.stderr)
    assert {number: key for number, key in promised.items() if there.get(number) != key} == {}
    assert len(found["rows"]) == len(there)
    assert {(name, edits) for _number, _key, name, edits in found["rows"]} == {("光谱仪", 1)}
    assert sorted(found["logged"]) == sorted(str(key) for key in there.values())
    assert found["answers"] == len(there)
    assert repeats > 0
    assert sum(thread.refusals for thread in senders) == 0


def _web(running) -> None:
    for process in (running.child("granian"), *running.child("granian").children(recursive=True)):
        kill(process)


def _worker(running) -> None:
    kill(running.child("worker"))


def _database(running) -> None:
    kill(running.database())


def _web_and_database(running) -> None:
    _web(running)
    _database(running)


def _frozen_database(running) -> None:
    """It does not answer for a while, then goes on."""
    processes = [running.database(), *running.database().children()]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    psutil.wait_procs([], timeout=0)
    wait_for(lambda: running.ask("/readyz") in (0, 503), 30)
    for process in processes:
        if process.is_running():
            process.send_signal(signal.SIGCONT)


def _all_at_once(running) -> None:
    """As when the machine loses power; then it is started as its service manager would."""
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
ATTEMPTS = """
from procrastinate.contrib.django.models import ProcrastinateJob
print(ProcrastinateJob.objects.filter(attempts__gt=0).count())
"""


def test_a_mail_is_not_lost_while_its_server_is_away(running):
    """It is tried, fails, and comes once when the server is back."""
    running.manage("shell", "-v0", "-c", ASK_FOR_MAIL)
    wait_for(
        lambda: running.manage("shell", "-v0", "-c", ATTEMPTS).split("\n")[-1] != "0", 60, running.printed
    )
    sink = Sink(running.mail_port)
    try:
        wait_for(lambda: sink.mails, 90, running.printed)
        assert "zhou@example.org" in sink.mails[0]
        assert len(sink.mails) == 1
    finally:
        sink.close()

"""An import of a long table: begun by its person, stopped by faults, and there once in the end."""

from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.faults.running import Running, wait_for

ROWS = 400
NUMBERS = [f"I-{number:04d}" for number in range(ROWS)]

AS_ITS_PERSON = """
from django.test import Client
from keyi.accounts.models import User
from keyi.sheets.models import Import
from tests.faults.imports import NUMBERS
from tests.sheets.tables import matched, uploaded, workbook
person = Client(SERVER_NAME="127.0.0.1")
person.force_login(User.objects.get())
"""
BEGIN = f"""{AS_ITS_PERSON}
rows = [["单位内编号", "名称"], *([number, "离心机"] for number in NUMBERS)]
job = uploaded(person, "instruments", workbook(rows))
assert person.post(f"/work/imports/{{job.token}}/match/", matched(job)).status_code == 302
"""
CONFIRM = f"""{AS_ITS_PERSON}
job = Import.objects.get()
assert person.post(f"/work/imports/{{job.token}}/confirm/").status_code == 302
"""


def begun(running: Running) -> None:
    """Being checked: some of its rows are, others are not."""
    _caught(running, BEGIN, "checking")


def confirmed(running: Running) -> None:
    """Being saved: some of its rows are, others are not."""
    _caught(running, CONFIRM, "saving")


def _caught(running: Running, words: str, step: str) -> None:
    pool = ThreadPoolExecutor(1)
    person = pool.submit(running.manage, "shell", "-v0", "-c", words)
    with psycopg.connect(running.address(), autocommit=True) as connection:
        wait_for(
            lambda: _is_under_way(connection, step),
            60,
            lambda: f"{person.exception() if person.done() else person}\n{running.printed()}",
            every=0.02,
        )
    pool.shutdown(wait=False)


def _is_under_way(connection: psycopg.Connection, step: str) -> bool:
    now, done = connection.execute("SELECT step, done FROM sheets_import").fetchone() or ("", 0)
    assert not (now == step and done == ROWS), f"it was {step} too fast to be caught"
    return now == step and 0 < done < ROWS


def reached(running: Running, step: str) -> None:
    """Wait until the worker has brought it there by itself."""
    with psycopg.connect(running.address(), autocommit=True) as connection:
        wait_for(
            lambda: connection.execute("SELECT step FROM sheets_import").fetchone() == (step,),
            180,  # found stalled after half a minute, tried again when its connection was cut, and both more than once
            running.printed,
        )

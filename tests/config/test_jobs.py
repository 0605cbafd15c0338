"""Jobs while the machine's clock is set ahead and back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from procrastinate import periodic
from procrastinate.contrib.django import app

from keyi.config import jobs
from tests.jobs import forget_jobs

DUE = 1_790_000_000
NOON = DUE + 7
TWO_HOURS = 7200


def due(deferrer: periodic.PeriodicDeferrer, at: float) -> list[int]:
    return [
        when
        for periodic_task, when in deferrer.get_previous_tasks(at)
        if periodic_task.task is jobs.retry_stalled_jobs
    ]


def test_a_clock_set_back_keeps_no_job_waiting():
    deferrer = periodic.PeriodicDeferrer(registry=app.periodic_registry, max_delay=600)
    assert due(deferrer, NOON) == [DUE]
    assert len(due(deferrer, NOON + TWO_HOURS)) == TWO_HOURS // 20
    assert due(deferrer, NOON) == [DUE]
    assert due(deferrer, NOON) == []
    assert due(deferrer, NOON + 20) == [DUE + 20]


async def work_once() -> None:
    async with app.open_async():
        await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)


HALF_DONE = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
    VALUES ('default', 'keyi.safekeeping.tasks.back_up', '{"timestamp": 0}', 'doing') RETURNING id
"""


@pytest.mark.django_db(transaction=True)
def test_what_is_put_back_while_the_clock_is_ahead_is_not_put_off():
    forget_jobs()
    with connection.cursor() as cursor:
        cursor.execute(HALF_DONE)
        (number,) = cursor.fetchone()
    jobs.retry_stalled_jobs.defer(timestamp=0)
    with (
        ThreadPoolExecutor(1) as pool,  # in this one Playwright may keep an event loop
        app.replace_connector(app.connector.get_worker_connector()),
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=TWO_HOURS)),
    ):
        pool.submit(asyncio.run, work_once()).result()
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [number])
        assert cursor.fetchall() == []  # done, and not kept

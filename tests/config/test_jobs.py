"""Periodic jobs while the machine's clock is set ahead and back."""

from procrastinate import periodic
from procrastinate.contrib.django import app

from keyi.config import jobs

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

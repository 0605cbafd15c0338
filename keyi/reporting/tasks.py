"""What the worker does for the upkeep by itself."""

from typing import Any

from procrastinate.contrib.django import app

from . import operations
from .reminders import remind

NOW: dict[str, Any] = {"timestamp": 0}  # what a job is given that is not the clock's
EVERY_MORNING = "0 0,1,2 * * *"  # UTC: 8, 9 and 10 o'clock in Shanghai; who was told at 8 is not told again


@app.periodic(cron=EVERY_MORNING)
@app.task(retry=3)
def remind_of_upkeep(timestamp: int) -> None:
    """``timestamp`` is procrastinate's; what counts is the day on which this runs."""
    remind()


@app.periodic(cron="30 * * * *")
@app.task(retry=3)
def restore_public_hours(timestamp: int) -> None:
    """Hours that a public copy lost while its instrument was offline."""
    operations.restore_public_hours()

"""Running queued jobs in the test itself, where its transaction can be seen."""

import json

from django.db import connection
from procrastinate.contrib.django import app

TAKE = """
    DELETE FROM procrastinate_jobs WHERE id = (
        SELECT id FROM procrastinate_jobs
        WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1
    ) RETURNING task_name, args
"""


def forget_jobs() -> None:
    """Drop what tests with real transactions left in the queue: its tables are not emptied between tests."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


def run_jobs() -> int:
    """Run every job that is due, and the ones these queue in turn; the number of jobs run."""
    count = 0
    while job := _take():
        name, arguments = job
        app.tasks[name].func(**arguments)
        count += 1
    return count


def _take() -> tuple[str, dict] | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE)
        row = cursor.fetchone()
    return (row[0], json.loads(row[1])) if row else None

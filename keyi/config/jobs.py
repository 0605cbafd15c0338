"""Jobs that keep the job queue itself in order."""

from collections.abc import Iterable
from datetime import UTC, datetime

from procrastinate import JobContext, periodic
from procrastinate.contrib.django import app

# due at once by the database's clock, however far off this machine's is
LONG_AGO = datetime.fromtimestamp(0, UTC)


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Put back what a killed worker left half-done: three times a minute, for somebody may be waiting for it.

    No ``lock`` here: if a worker dies inside this job, a lock would keep every later one from running.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job, retry_at=LONG_AGO)


class Deferrer(periodic.PeriodicDeferrer):
    """Goes on when the machine's clock is set back.

    It remembers when each task was last due; without this nothing would be due until the clock is there again.
    """

    def get_previous_tasks(self, at: float) -> Iterable[periodic.TaskAtTime]:
        self.last_defers = {task: last for task, last in self.last_defers.items() if last <= at}
        return super().get_previous_tasks(at)


periodic.PeriodicDeferrer = Deferrer  # type: ignore[misc]  # procrastinate's worker makes one by this name

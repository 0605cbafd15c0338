"""Jobs that keep the job queue itself in order."""

from procrastinate import JobContext
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Put back what a killed worker left half-done: three times a minute, for somebody may be waiting for it.

    No ``lock`` here: if a worker dies inside this job, a lock would keep every later one from running.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)

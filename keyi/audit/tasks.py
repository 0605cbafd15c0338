"""The worker's part: every night the day before is sealed."""

from procrastinate.contrib.django import app


@app.periodic(cron="10 1 * * *")
@app.task(queueing_lock="seal_days")
def seal_days(timestamp: int) -> None:
    from . import seals  # noqa: PLC0415  models are loaded only when the worker has started

    seals.seal_days()

"""The worker's part."""

from procrastinate.contrib.django import app


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="forget_old_answers")
def forget_old_answers(timestamp: int) -> None:
    from . import repeated  # noqa: PLC0415  models are loaded only when the worker has started

    repeated.forget_old()

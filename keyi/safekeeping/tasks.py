"""The worker's part: a backup every night."""

from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="backup")
def back_up(timestamp: int) -> None:
    from . import backup  # noqa: PLC0415  models are loaded only when the worker has started

    if settings.BACKUP_FOLDER:
        folder = Path(settings.BACKUP_FOLDER)
        backup.make(folder)
        backup.forget_old(folder, settings.BACKUP_KEEP)

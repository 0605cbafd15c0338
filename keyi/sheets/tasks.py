"""The worker's part: tables of more than a few rows, and deleting old ones."""

from datetime import timedelta

from django.apps import apps
from django.utils import timezone
from procrastinate.contrib.django import app

from keyi.core.frames import with_room
from keyi.core.retrying import UNTIL_THE_DATABASE_IS_BACK

KEPT_FOR = timedelta(days=30)


@app.task(queue="imports", pass_context=False, retry=UNTIL_THE_DATABASE_IS_BACK)
@with_room
def run_import(pk: int) -> None:
    """Check or save, whichever the import waits for. May run twice: what is done is not done again."""
    from . import running  # noqa: PLC0415  models are loaded only when the worker has started

    job = apps.get_model("sheets", "Import").objects.select_related("unit").filter(pk=pk).first()
    if job is not None and job.step == "checking":
        running.check(job)
    elif job is not None and job.step == "saving":
        running.save(job)


@app.task(queue="imports", pass_context=False, retry=UNTIL_THE_DATABASE_IS_BACK)
@with_room
def place_photos(pk: int) -> None:
    """Attach the pictures of an archive, one after the other; goes on where it stopped."""
    from . import photos  # noqa: PLC0415  models are loaded only when the worker has started

    job = apps.get_model("sheets", "PhotoImport").objects.select_related("unit").filter(pk=pk).first()
    if job is not None:
        photos.place_all(job)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="delete_old_imports")
def delete_old_imports(timestamp: int) -> None:
    old = apps.get_model("sheets", "Import").objects.filter(moved_at__lt=timezone.now() - KEPT_FOR)
    old.exclude(step__in=["checking", "saving"]).delete()
    apps.get_model("sheets", "PhotoImport").objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()

"""The worker's part: what was published since is made into messages, and what is due is sent."""

from django.apps import apps
from django.conf import settings
from procrastinate.contrib.django import app

from keyi.core.retrying import UNTIL_THE_DATABASE_IS_BACK


@app.periodic(cron="*/5 * * * *")
@app.task(queue="national", queueing_lock="national")
def exchange_national(timestamp: int = 0) -> None:
    from . import outbox  # noqa: PLC0415  models are loaded only when the worker has started

    if settings.NATIONAL_URL:
        outbox.collect()
        outbox.send_due()


@app.task(queue="national", pass_context=False, retry=UNTIL_THE_DATABASE_IS_BACK)
def collect_unit(pk: int) -> None:
    """All of a unit's published records, when its sending was switched on."""
    from . import outbox  # noqa: PLC0415  models are loaded only when the worker has started

    row = (
        apps.get_model("exchange", "NationalCode")
        .objects.select_related("unit")
        .filter(pk=pk, is_on=True)
        .first()
    )
    if row is not None and settings.NATIONAL_URL:
        outbox.collect_unit(row)
        outbox.send_due()

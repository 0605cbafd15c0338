"""Mails about a record to people who have no account yet, sent by the worker."""

from django.apps import apps
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from keyi.core.retrying import PATIENTLY

from .handover import links


@app.task(queue="mail", retry=PATIENTLY)
def mail_admin_change(pk: int, template: str) -> None:
    """The link to one's own request: ``template`` is "confirm" or "returned". The link is made here."""
    record = apps.get_model("records", "AdminChange").objects.select_related("unit").filter(pk=pk).first()
    if record is None or not record.is_editable:
        return
    subjects = {
        "confirm": _("Confirm your request for a change of administrator"),
        "returned": _("Your request for a change of administrator was returned"),
    }
    context = {
        "record": record, "link": f"{settings.SITE_URL}{links.request_path(record)}",
        "days": links.LIFETIME.days, "site_url": settings.SITE_URL,
    }  # fmt: skip
    text = render_to_string(f"records/mail/admin_change_{template}.txt", context)
    send_mail(subjects[template], text, None, [record.email])

"""Mail from the worker."""

from django.conf import settings
from django.core.mail import send_mail
from procrastinate.contrib.django import app

from keyi.core.retrying import PATIENTLY

from .models import Message


@app.task(queue="mail", retry=PATIENTLY)
def mail_message(message_id: int) -> None:
    """Mail one message. The message may be gone by now; then there is nothing to do."""
    message = Message.objects.select_related("recipient").filter(pk=message_id).first()
    if message is None or not message.recipient.email:
        return
    link = f"\n\n{settings.SITE_URL}{message.link}" if message.link else ""
    send_mail(
        message.subject, f"{message.body}{link}".strip() or message.subject, None, [message.recipient.email]
    )

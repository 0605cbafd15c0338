"""Sends a message: into the recipient's inbox at once, and by mail from the worker."""

from keyi.accounts.models import User

from . import tasks
from .models import Message


def send_message(recipient: User, *, subject: str, body: str = "", link: str = "") -> Message:
    """Write the message and queue its mail in the caller's transaction: both happen or neither."""
    message = Message.objects.create(recipient=recipient, subject=subject[:200], body=body, link=link)
    tasks.mail_message.defer(message_id=message.pk)
    return message

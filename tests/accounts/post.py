"""Helpers: the mails that the worker would send, and the links in them."""

import re

from django.core import mail
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


class Post:
    """Runs each queued job once; the queue itself can only be read from here."""

    def __init__(self) -> None:
        self.done: set[int] = set()

    def fetch(self) -> list[mail.EmailMessage]:
        """The mails of the jobs queued since the last call."""
        before = len(mail.outbox)
        for job in ProcrastinateJob.objects.exclude(id__in=self.done).order_by("id"):
            app.tasks[job.task_name](**job.args)
            self.done.add(job.id)
        return mail.outbox[before:]


def link_in(message: mail.EmailMessage) -> str:
    """The path of the only link in the mail besides the site's own address."""
    links = re.findall(r"https?://[^/\s]+(/\S+)", str(message.body))
    assert len(links) == 1, message.body
    return links[0]

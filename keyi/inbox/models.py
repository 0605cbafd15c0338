from django.db import models
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import User


class Message(models.Model):
    """A notice to one person inside the platform; the same text also goes by mail."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="inbox_messages")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    link = models.CharField(max_length=200, blank=True)  # a path on this site
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "-created_at"], name="message_recipient")]

    def __str__(self) -> str:
        return self.subject

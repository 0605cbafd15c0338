"""What the operator writes for the portal. Everything else the public reads stands in search.Document."""

import re
import uuid

from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NOT_IN_A_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


class NoticeQuerySet(models.QuerySet["Notice"]):
    def public(self) -> "NoticeQuerySet":
        """What a visitor sees: published, and its day has come. Pinned ones first, then the newest."""
        return self.filter(is_published=True, published_on__lte=timezone.localdate())


class Notice(models.Model):
    """通知公告."""

    title = models.CharField(pgettext_lazy("notice", "title"), max_length=100)
    body = models.TextField(pgettext_lazy("notice", "text"), max_length=20_000)
    published_on = models.DateField(_("date of publication"), default=timezone.localdate)
    is_published = models.BooleanField(_("shown on the portal"), default=False)
    is_pinned = models.BooleanField(_("keep at the top"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        ordering = ["-is_pinned", "-published_on", "-pk"]
        indexes = [models.Index(fields=["-is_pinned", "-published_on", "-id"], name="notice_newest")]

    def __str__(self) -> str:
        return self.title


def place(instance: "Download", _name: str) -> str:
    """Where a file lies on disk: a random name, never the one it came with."""
    return f"downloads/{uuid.uuid4().hex}.{instance.kind}"


class DownloadQuerySet(models.QuerySet["Download"]):
    def public(self) -> "DownloadQuerySet":
        return self.filter(is_published=True)

    def next_order(self) -> int:
        """The place after the last one. Waits for others who are adding or moving files."""
        list(self.select_for_update())
        return (self.aggregate(last=Max("order"))["last"] or 0) + 1


class Download(models.Model):
    """文件下载: a file for everybody, in the operator's order (the guide speaks of “第3个附件”)."""

    class Kind(models.TextChoices):
        DOCX = "docx", "Word"
        XLSX = "xlsx", "Excel"
        PDF = "pdf", "PDF"
        ZIP = "zip", "ZIP"

    title = models.CharField(pgettext_lazy("download", "title"), max_length=100)
    description = models.CharField(pgettext_lazy("download", "description"), max_length=200, blank=True)
    file = models.FileField(pgettext_lazy("download", "file"), upload_to=place, max_length=100)
    kind = models.CharField(max_length=5, choices=Kind, editable=False)
    size = models.PositiveIntegerField(editable=False)  # bytes
    order = models.PositiveIntegerField(editable=False)
    is_published = models.BooleanField(_("shown on the portal"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DownloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("download")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="download_order_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        """The name a visitor saves it under."""
        return f"{NOT_IN_A_FILE_NAME.sub(' ', self.title).strip() or 'file'}.{self.kind}"

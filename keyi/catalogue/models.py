"""What the operator writes for the portal. Everything else the public reads stands in search.Document."""

import re
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.accounts.scope import ScopedQuerySet

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


class ErrorReport(models.Model):
    """报告错误: what a reader of the portal found wrong with an instrument, until its unit has answered.

    ``contact`` is personal data of somebody who need not have an account: seen by those who answer only.
    """

    class Subject(models.TextChoices):
        CONTACT = "contact", _("The contact cannot be reached")
        FIGURES = "figures", _("Figures or descriptions are wrong")
        SHARING = "sharing", _("It is not shared as the page says")
        FEE = "fee", _("The fees are wrong")
        PICTURE = "picture", _("The picture is wrong")
        OTHER = "other", pgettext_lazy("report", "Something else")

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    slug = models.CharField(max_length=40)  # of the instrument's page
    title = models.CharField(max_length=200)
    subject = models.CharField(_("What is wrong"), max_length=10, choices=Subject)
    text = models.TextField(_("What the page says, and what is right"), max_length=500)
    contact = models.CharField(_("Your telephone or e-mail"), max_length=50, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("What was done about it"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of an error")
        ordering = [models.F("answered_at").desc(nulls_first=True), "-created_at", "-pk"]
        indexes = [models.Index(fields=["unit", "-created_at"], name="error_report_unit")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="error_report_says_something"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) | ~models.Q(answer=""),
                name="error_report_answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title

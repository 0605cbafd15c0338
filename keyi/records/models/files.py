import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .admin_change import AdminChange
from .institution import Institution
from .instrument import Instrument
from .platform import Platform


def new_token() -> str:
    return uuid.uuid4().hex


def place(instance: "RecordFile", _name: str) -> str:
    """Where a file lies on disk: by its random token, never by the name it came with."""
    extension = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}.get(
        instance.content_type, "bin"
    )
    return f"records/{instance.token[:2]}/{instance.token}.{extension}"


class RecordFileQuerySet(models.QuerySet["RecordFile"]):
    def current(self, slot: str | None = None) -> "RecordFileQuerySet":
        """Files of the working copy, in the order people gave them."""
        found = self.filter(removed_at__isnull=True).order_by("slot", "order", "pk")
        return found.filter(slot=slot) if slot else found


class RecordFile(models.Model):
    """A file attached to a record. Withdrawn rather than deleted: the public copy and the history still show it."""

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    slot = models.CharField(max_length=20)  # which place of the form: "photos", "license" …
    file = models.FileField(upload_to=place, max_length=100)
    name = models.CharField(_("File name"), max_length=100)
    title = models.CharField(_("Title"), max_length=100, blank=True)
    issued_on = models.DateField(_("Date of issue"), null=True, blank=True)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    phash = models.CharField(max_length=16, blank=True)
    order = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = RecordFileQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["slot", "order", "pk"]
        indexes = [models.Index(fields=["record", "slot", "order"], name="%(class)s_slot")]

    def __str__(self) -> str:
        return self.title or self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    def remove(self) -> None:
        self.removed_at = timezone.now()
        self.save(update_fields=["removed_at"])

    def as_json(self) -> dict:
        """How snapshots and public copies speak of this file."""
        return {
            "token": self.token, "slot": self.slot, "name": self.name, "title": self.title, "size": self.size,
            "type": self.content_type, "width": self.width, "height": self.height,
            "issued_on": self.issued_on.isoformat() if self.issued_on else "",
        }  # fmt: skip


class InstitutionFile(RecordFile):
    record = models.ForeignKey(Institution, models.CASCADE, related_name="files")


class PlatformFile(RecordFile):
    record = models.ForeignKey(Platform, models.CASCADE, related_name="files")


class InstrumentFile(RecordFile):
    record = models.ForeignKey(Instrument, models.CASCADE, related_name="files")

    class Meta(RecordFile.Meta):
        indexes = [*RecordFile.Meta.indexes, models.Index(fields=["phash"], name="instrumentfile_phash")]


class AdminChangeFile(RecordFile):
    record = models.ForeignKey(AdminChange, models.CASCADE, related_name="files")
    uploaded_by = models.ForeignKey(  # type: ignore[assignment]  # nobody need be signed in to hand in a letter
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

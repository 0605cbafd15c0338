from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Who did what to which object. Written by the verb that did it; never changed or deleted."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("action"), max_length=50)
    kind = models.CharField(max_length=50)
    object_id = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    address = models.GenericIPAddressField(_("Network address"), null=True)
    request = models.CharField(max_length=32, blank=True)  # its number, as in the answer and the output
    token = models.BigIntegerField(null=True)  # the key of the API token by which it was done

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "object_id", "-at"], name="audit_object"),
            models.Index(fields=["actor", "-at"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.label}"


class Seal(models.Model):
    """A digest of one day's entries and versions and of the seal before: what was changed later no longer fits."""

    day = models.DateField(unique=True)
    entries = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    versions = models.JSONField(default=dict)  # {table of versions: {"columns": […], "rows": n, "digest": …}}
    digest = models.CharField(max_length=64)  # SHA-256, in hex
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.digest}"

"""An import as it goes from the file to the saved records, row by row, so that a killed worker can go on."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.core.sealed import SealedJSONField


class Step(models.TextChoices):
    MATCH = "match", _("Columns to be matched")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, not imported yet")
    SAVING = "saving", _("Being imported")
    DONE = "done", pgettext_lazy("import", "Imported")
    FAILED = "failed", _("Not imported")


class Verdict(models.TextChoices):
    WAITING = "waiting", _("Not checked yet")
    NEW = "new", pgettext_lazy("import", "New")
    CHANGED = "changed", pgettext_lazy("import", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("import", "Unchanged")
    REFUSED = "refused", pgettext_lazy("import", "Refused")


class ImportQuerySet(models.QuerySet[Any]):
    def of(self, person: Any) -> "ImportQuerySet":
        """An import is its person's own: it holds what was in the file."""
        return self.filter(person=person)


class Import(models.Model):
    """One uploaded table. Kept for the person who uploaded it, and deleted after a while with its rows."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sheet = models.CharField(max_length=20)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    file_name = models.CharField(max_length=100)
    table_name = models.CharField(max_length=100, blank=True)
    headings = SealedJSONField(default=list)  # [{"place", "text", "target", "samples"}]
    usual = SealedJSONField(default=dict)  # field → text: what new rows say where the file says nothing
    clears = models.BooleanField(default=False)  # empty cells empty what is there
    only_good = models.BooleanField(default=False)  # import the good rows although others are refused
    language = models.CharField(max_length=10, default="zh-hans")
    step = models.CharField(max_length=10, choices=Step, default=Step.MATCH)
    done = models.PositiveIntegerField(default=0)  # rows of the running step
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # verdict → rows
    reason = models.TextField(blank=True)  # why it failed
    created_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["person", "-created_at"], name="import_of_person")]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="import_step_known"),
            models.CheckConstraint(
                condition=~Q(step=Step.FAILED) | ~Q(reason=""), name="import_failure_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_running(self) -> bool:
        return self.step in (Step.CHECKING, Step.SAVING)


class ImportRow(models.Model):
    """One line of the table and what becomes of it."""

    job = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # as the file counts
    cells = SealedJSONField(default=list)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.WAITING)
    errors = SealedJSONField(default=list)  # [[heading, message]]
    gaps = models.JSONField(default=list)  # [heading]
    changes = SealedJSONField(default=list)  # [[heading, old, new]]
    notes = SealedJSONField(default=list)  # [[heading, text]]
    values = SealedJSONField(default=dict)  # what its form made of it, to be saved
    object_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["job", "line"], name="import_row_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="import_verdict_known"),
        ]
        indexes = [models.Index(fields=["job", "verdict", "line"], name="import_row_verdict")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.line}"


class KeptMatch(models.Model):
    """Which field a heading meant when this unit last imported such a table. Empty: nothing takes it."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    sheet = models.CharField(max_length=20)
    heading = models.CharField(max_length=200)  # in its plain form
    target = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "sheet", "heading"], name="kept_match_once"),
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.target}"


def photos_place(_instance: "PhotoImport", _name: str) -> str:
    return f"imports/{uuid.uuid4().hex}.zip"


class PhotoImport(models.Model):
    """Photos of many instruments in one archive. It is deleted when every picture has found its place or none."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    file = models.FileField(upload_to=photos_place, max_length=100, blank=True)
    file_name = models.CharField(max_length=100)
    language = models.CharField(max_length=10, default="zh-hans")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    results = models.JSONField(default=list)  # [[name in the archive, instrument or "", why not or ""]]
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        return self.done < self.total

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

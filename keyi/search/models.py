from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DocumentQuerySet(models.QuerySet["Document"]):
    def public(self, kind: str) -> "DocumentQuerySet":
        """Everything a visitor may see of one kind, newest first."""
        return self.filter(kind=kind).order_by("-published_at", "-pk")


class Document(models.Model):
    """The public copy of a published record, and all that public pages and the open API ever read.

    Knows no record model: a draft cannot leak through a forgotten filter, and revising a record leaves its
    public copy as it is.
    """

    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    slug = models.CharField(max_length=40)  # the number in the public address
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(blank=True)  # what a search looks through, normalised
    facets = models.JSONField(default=dict)  # {"city": "division:430100", ...}
    found_by = models.JSONField(default=dict)  # what the index holds of it: see schema.py
    content = models.JSONField(default=dict)  # the public fields, as records/present.py reads them
    files = ArrayField(
        models.CharField(max_length=40), default=list
    )  # tokens of the files a visitor may fetch
    hours = models.JSONField(default=dict)  # of the last years: {"2025": {"run": "1128.0", "ext": "320.0"}}
    unit_path = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    revision = models.BigIntegerField(default=0, editable=False)  # set by the database on every write
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # likewise
    first_published_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(_("published at"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="document_once"),
            models.UniqueConstraint(fields=["kind", "slug"], name="document_slug_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "-published_at", "-id"], name="document_newest"),
            GinIndex(fields=["facets"], name="document_facets", opclasses=["jsonb_path_ops"]),
            GinIndex(fields=["files"], name="document_files"),
            models.Index(fields=["revision"], name="document_revision"),
            models.Index(fields=["kind", "updated_at"], name="document_updated"),
        ]

    def __str__(self) -> str:
        return self.title


class Withdrawal(models.Model):
    """That a public copy was removed, for the indexes to follow. Written by the database."""

    EVERYTHING = 0

    document_id = models.BigIntegerField()  # EVERYTHING: the table was emptied
    kind = models.CharField(max_length=30, blank=True, default="")
    slug = models.CharField(max_length=40, blank=True, default="")
    revision = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.document_id} @ {self.revision}"


class ThesaurusGroup(models.Model):
    """Words that mean the same to those who search. No row at all: the list that came with the program."""

    subject = models.CharField(max_length=20, blank=True)
    terms = ArrayField(models.CharField(max_length=100))  # the first one is the group's name
    narrower = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    related = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    def __str__(self) -> str:
        return self.terms[0]

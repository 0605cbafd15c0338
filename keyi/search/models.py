from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
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
    content = models.JSONField(default=dict)  # the public fields, as records/present.py reads them
    files = ArrayField(
        models.CharField(max_length=40), default=list
    )  # tokens of the files a visitor may fetch
    hours = models.JSONField(default=dict)  # of the last years: {"2025": {"run": "1128.0", "ext": "320.0"}}
    unit_path = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
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
        ]

    def __str__(self) -> str:
        return self.title

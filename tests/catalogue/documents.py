"""Public copies for the portal's tests, made the way publishing makes them: from complete records."""

import datetime as dt
from typing import Any

from django.utils import timezone

from keyi.review.status import Status
from keyi.search.models import Document
from tests.factories import add_photo, make_institution, make_instrument
from tests.world import World


def publish_instrument(world: World, **values: Any) -> Document:
    """A published instrument of 麓山大学 and its public copy."""
    record = make_instrument(world, status=Status.PUBLISHED, **values)
    return Document.objects.get(kind="instruments", object_id=record.pk)


def publish_unit(world: World, **values: Any) -> Document:
    record = make_institution(world, **values)
    return Document.objects.get(kind="institutions", object_id=record.pk)


def copies_of(document: Document, number: int) -> None:
    """The same instrument many times over, each with its own number and address: for counting queries."""
    now = timezone.now()
    Document.objects.bulk_create(
        Document(
            kind=document.kind, object_id=document.object_id + 1000 + n,
            slug=f"{document.slug}{n}", title=f"{document.title} {n}",
            text=document.text, facets=document.facets, content=document.content, files=document.files,
            unit_path=document.unit_path, version=1, published_at=now - dt.timedelta(minutes=n),
        )
        for n in range(number)
    )  # fmt: skip


__all__ = ["add_photo", "copies_of", "publish_instrument", "publish_unit"]

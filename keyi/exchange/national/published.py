"""What is published of a record, with the fields that the portal does not show but the national platform wants."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from keyi.codes.models import CodeItem
from keyi.review.models import Record
from keyi.review.status import Status
from keyi.review.workflow import history

Fields = dict[str, Any]


def published(record: Record) -> dict[str, Any]:
    """{"fields", "files"} of the published version; while a newer one is written, of the one before."""
    if record.status == Status.PUBLISHED:
        return record.snapshot()
    event = history(record).filter(transition="publish").exclude(snapshot=None).first()
    return event.snapshot if event else record.snapshot()


def label(value: Any) -> str:
    return str(value.get("label", "")) if isinstance(value, dict) else ""


def labels(values: Any) -> str:
    return ",".join(label(value) for value in values or [])


def code(value: Any) -> str:
    return str(value.get("key", "")).rpartition(":")[2] if isinstance(value, dict) else ""


def place(division: Any) -> dict[str, str]:
    """Names of province, city and county, from the full name of the county and its code's parents."""
    found = CodeItem.objects.select_related("parent__parent").filter(pk=(division or {}).get("key")).first()
    names: list[str] = []
    while found is not None:
        names.insert(0, found.label)
        found = found.parent
    names += [""] * (3 - len(names))
    return dict(zip(("province", "city", "county"), names, strict=False))


def files(content: dict[str, Any], slot: str) -> list[str]:
    """Public addresses of the files of one place."""
    return [address(file["token"]) for file in content.get("files", []) if file["slot"] == slot]


def address(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('public-file', args=[token])}"


def page(name: str, slug: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[slug])}"

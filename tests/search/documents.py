"""Public copies made directly, for tests of the index alone."""

from django.utils import timezone

from keyi.search.models import Document


def document(number: int, **values) -> Document:
    """An unsaved copy: instrument ``number``."""
    name = values.pop("name", f"离心机{number}号")
    found_by = {
        "title": [name],
        "model": [f"CR-{number}"],
        "about": ["样品分离"],
        "facets": {"place": ["430100"]},
    }
    usual = {
        "kind": "instruments", "object_id": number, "slug": f"s{number}", "title": name, "found_by": found_by,
        "unit_path": "000001/", "version": 1, "published_at": timezone.now(),
    }  # fmt: skip
    return Document(**usual | values)


def publish(*numbers: int, **values) -> list[Document]:
    return Document.objects.bulk_create([document(number, **values) for number in numbers])

"""Files of a record: taking them in, ordering and withdrawing them. Each file stands or falls alone."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit, User
from keyi.core.files import CheckedFile, check_document, check_image
from keyi.review.models import Record

from .forms.fields import Slot, slots_of
from .kinds import KINDS
from .quota import check_room

MEGABYTE = 1024 * 1024


def take_uploads(record: Record, files: Any, user: User) -> dict[str, list[ValidationError]]:
    """Check and attach every upload of a request. Returns what was refused, by slot; the rest is stored."""
    refused: dict[str, list[ValidationError]] = {}
    for name, slot in slots_of(KINDS[record.record_kind].form).items():
        for upload in files.getlist(name):
            try:
                attach(record, slot, upload, user)
            except ValidationError as error:
                refused.setdefault(name, []).append(error)
    return refused


def attach(record: Any, slot: Slot, upload: Any, user: User | None) -> Any:
    """Check one upload by its content and attach it. Raises ValidationError with a sentence for the person."""
    current = record.files.current(slot.name)
    if current.count() >= slot.most:
        raise ValidationError(
            _("“%(name)s” was not added: there is room for %(most)d files. Delete one first."),
            params={"name": upload.name, "most": slot.most},
        )
    limit = slot.max_mb * MEGABYTE
    checked = (
        check_image(upload, max_bytes=limit)
        if slot.is_photo
        else check_document(upload, kinds=slot.kinds, max_bytes=limit)
    )
    check_room(unit_of(record), checked.size, checked.name)
    if current.filter(sha256=checked.sha256).exists():
        raise ValidationError(_("“%(name)s” is already there."), params={"name": checked.name})
    return _store(record, slot, checked, user)


def unit_of(record: Any) -> OrgUnit:
    """The unit that a record, a year of an instrument or a service belongs to."""
    return record.unit if hasattr(record, "unit") else record.instrument.unit


def _store(record: Any, slot: Slot, checked: CheckedFile, user: User | None) -> Any:
    last = record.files.current(slot.name).aggregate(last=Max("order"))["last"]
    file = record.files.model(
        record=record, slot=slot.name, name=checked.name, content_type=checked.content_type, size=checked.size,
        sha256=checked.sha256, width=checked.width, height=checked.height, phash=checked.phash or "",
        title=checked.name.rsplit(".", 1)[0] if slot.is_titled else "",
        order=0 if last is None else last + 1, uploaded_by=user,
    )  # fmt: skip
    file.file.save(checked.name, ContentFile(checked.content), save=False)
    file.save()
    return file


def withdraw(record: Any, token: str) -> None:
    """Take a file out of the working copy; unknown tokens are ignored, as after a double click."""
    for file in record.files.current().filter(token=token):
        file.remove()


def move(record: Record, token: str, step: int) -> None:
    """Move a file one place forward (-1) or back (+1) within its slot."""
    file = record.files.current().filter(token=token).first()
    if file is None:
        return
    files = list(record.files.current(file.slot))
    place = files.index(file)
    target = min(max(place + step, 0), len(files) - 1)
    files.insert(target, files.pop(place))
    for order, other in enumerate(files):
        if other.order != order:
            other.order = order
            other.save(update_fields=["order"])

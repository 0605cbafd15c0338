"""What staff do to notices and downloads: each verb changes the row and writes it down."""

from django.db import transaction

from keyi.accounts.models import User
from keyi.audit import log

from .models import Download, Notice


@transaction.atomic
def save_notice(notice: Notice, user: User) -> Notice:
    action = "notice.change" if notice.pk else "notice.add"
    notice.save()
    log.record(user, action, notice, is_published=notice.is_published)
    return notice


@transaction.atomic
def save_download(item: Download, user: User) -> Download:
    """A new download goes to the end of the list; a replaced file leaves the disk with the transaction."""
    action = "download.change" if item.pk else "download.add"
    old = Download.objects.filter(pk=item.pk).values_list("file", flat=True).first() if item.pk else None
    if item.order is None:
        item.order = Download.objects.next_order()
    item.save()
    if old and old != item.file.name:
        transaction.on_commit(lambda: item.file.storage.delete(old))
    log.record(user, action, item, is_published=item.is_published, size=item.size)
    return item


@transaction.atomic
def show(item: Notice | Download, user: User, *, is_published: bool) -> None:
    item.is_published = is_published
    item.save(update_fields=["is_published", "updated_at"])
    log.record(user, f"{item._meta.model_name}.{'publish' if is_published else 'hide'}", item)


@transaction.atomic
def delete(item: Notice | Download, user: User) -> None:
    """The row goes, the log keeps its title. The file goes with the transaction."""
    log.record(user, f"{item._meta.model_name}.delete", item)
    if isinstance(item, Download):
        storage, name = item.file.storage, str(item.file.name)
        transaction.on_commit(lambda: storage.delete(name))
    item.delete()


@transaction.atomic
def move(item: Download, user: User, step: int) -> bool:
    """Change places with the neighbour before (-1) or after (1). False at either end."""
    items = list(Download.objects.select_for_update())
    place = next(number for number, other in enumerate(items) if other.pk == item.pk)
    if not 0 <= place + step < len(items):
        return False
    here, there = items[place], items[place + step]
    here.order, there.order = there.order, here.order
    Download.objects.bulk_update([here, there], ["order"])
    log.record(user, "download.move", item, order=here.order)
    return True

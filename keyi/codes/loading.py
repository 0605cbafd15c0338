"""Bringing a code list up to a file: what would change, and changing it. Nothing is ever deleted."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from keyi.core.text import pinyin_of

from .csvfile import Row, read_rows
from .english import english_label
from .models import CodeItem, CodeList, LoadedList

SHIPPED = Path(__file__).parent / "data"
COLUMNS = [
    "code", "label", "label_en", "full_label", "full_label_en", "parent_id", "level", "order", "pinyin",
    "initials", "is_retired",
]  # fmt: skip
BATCH = 2_000


@dataclass
class Changes:
    """What loading a file does to a list. The items are as they will be, except the retired ones."""

    code_list: str
    added: list[CodeItem] = field(default_factory=list)
    changed: list[CodeItem] = field(default_factory=list)
    restored: list[CodeItem] = field(default_factory=list)
    retired: list[CodeItem] = field(default_factory=list)
    old_labels: dict[str, str] = field(default_factory=dict)  # of those changed, by code
    unchanged: int = 0
    moved: list[CodeItem] = field(
        default_factory=list
    )  # only in another place of the list: counted as unchanged

    @property
    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "restored": len(self.restored),
            "retired": len(self.retired),
            "unchanged": self.unchanged,
        }


def shipped_file(code_list: str) -> Path | None:
    """The file that comes with the program, where the list may be carried."""
    path = SHIPPED / f"{code_list}.csv"
    return path if path.exists() else None


def compare(code_list: str, content: bytes) -> Changes:
    """What loading this file would do. Raises BadFile."""
    known = {item.code: item for item in CodeItem.objects.filter(code_list=code_list)}
    changes = Changes(code_list)
    wanted = _items(code_list, read_rows(code_list, content), known)
    for code, item in wanted.items():
        old = known.get(code)
        if old is None:
            changes.added.append(item)
        elif old.is_retired:
            changes.restored.append(item)
        elif any(getattr(old, column) != getattr(item, column) for column in COLUMNS if column != "order"):
            changes.changed.append(item)
            if old.label != item.label:
                changes.old_labels[code] = old.label
        else:
            changes.unchanged += 1
            changes.moved += [item] if old.order != item.order else []
    changes.retired = [item for code, item in known.items() if code not in wanted and not item.is_retired]
    return changes


@transaction.atomic
def load(code_list: str, content: bytes, file_name: str) -> Changes:
    """Bring the list up to the file, all or nothing. Raises BadFile."""
    LoadedList.objects.get_or_create(code_list=code_list)
    loaded = LoadedList.objects.select_for_update().get(code_list=code_list)
    changes = compare(code_list, content)
    CodeItem.objects.bulk_create(
        [*changes.added, *changes.changed, *changes.restored, *changes.moved],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[column.removesuffix("_id") for column in COLUMNS],
    )
    CodeItem.objects.filter(pk__in=[item.pk for item in changes.retired]).update(is_retired=True)
    loaded.loaded_at, loaded.file_name = timezone.now(), file_name[-100:]
    loaded.save(update_fields=["loaded_at", "file_name"])
    return changes


def _items(code_list: str, rows: list[Row], known: dict[str, CodeItem]) -> dict[str, CodeItem]:
    """The file's entries as items, by code; parents may stand below their children."""
    by_code = {row.code: row for row in rows}
    items: dict[str, CodeItem] = {}

    def item_of(row: Row) -> CodeItem:
        if row.code not in items:
            parent = item_of(by_code[row.parent]) if row.parent else None
            items[row.code] = _item(code_list, row, parent, known.get(row.code))
        return items[row.code]

    for order, row in enumerate(rows, start=1):
        item_of(row).order = order
    return items


def _item(code_list: str, row: Row, parent: CodeItem | None, old: CodeItem | None) -> CodeItem:
    kept = old.label_en if old and old.label == row.label else ""
    label_en = row.label_en or english_label(code_list, row.label, row.alpha2) or kept
    pinyin, initials = pinyin_of(row.label)
    item = CodeItem(
        key=f"{code_list}:{row.code}",
        code_list=code_list,
        code=row.code,
        label=row.label,
        label_en=label_en,
        parent_id=parent.key if parent else None,
        level=parent.level + 1 if parent else 1,
        pinyin=pinyin[:500],
        initials=initials[:100],
    )
    item.full_label, item.full_label_en = _full_labels(item, parent)
    return item


def _full_labels(item: CodeItem, parent: CodeItem | None) -> tuple[str, str]:
    """“分析仪器/光谱仪器”; a county as “长沙市岳麓区”, without the province, which is everywhere the same."""
    name_en = item.label_en or item.label
    if parent is None:
        return item.label, name_en
    if item.code_list != CodeList.DIVISION:
        return f"{parent.full_label}/{item.label}"[:300], f"{parent.full_label_en}/{name_en}"[:300]
    if parent.parent_id is None:
        return item.label, name_en
    return f"{parent.full_label}{item.label}"[:300], f"{name_en}, {parent.full_label_en}"[:300]

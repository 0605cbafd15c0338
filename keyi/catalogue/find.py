"""Finding instruments: the index answers, the table says what they are."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from keyi.codes.models import CodeItem, CodeList
from keyi.core.labels import Label
from keyi.core.memo import Memo
from keyi.records.content import search_text
from keyi.search import find as index
from keyi.search.index import NotReadyError
from keyi.search.models import Document

from . import filters
from .figures import INSTITUTIONS, INSTRUMENTS, PLATFORMS

PER_PAGE = 20
MAX_WORDS = 10
KINDS = (
    (INSTRUMENTS, _("Instruments and facilities"), "instrument-list"),
    (PLATFORMS, _("Innovation platforms and testing institutions"), "platform-list"),
    (INSTITUTIONS, _("Units"), "unit-list"),
)
SORTS: dict[str, Label] = {
    index.RELEVANCE: pgettext_lazy("sorting", "Relevance"),
    index.NEWEST: _("Newest"),
    index.VALUE: _("Original value"),
    index.HOURS: _("Hours of service last year"),
}


def class_labels() -> dict[str, str]:
    """The 大类 by code, in the list's order."""
    items = CodeItem.objects.filter(code_list=CodeList.INSTRUMENT_CLASS, level=1).order_by("order", "code")
    return {item.code: item.name for item in items}


def usual_order(q: str) -> str:
    return index.RELEVANCE if q else index.NEWEST


class Results(Sequence[Document]):
    """The answer to one address: all of it is counted, the first ones can be paged through.

    While there is no index yet, the newest copies whose text has the words.
    """

    def __init__(
        self,
        q: str,
        chosen: filters.Chosen,
        order: str,
        page: int = 1,
        *,
        literal: bool = False,
        whole: str = "",
    ) -> None:
        self.request = index.Request(
            q, kinds=(INSTRUMENTS,), chosen=filters.values_of(chosen), order=order,
            start=(page - 1) * PER_PAGE, size=PER_PAGE, literal=literal, whole=whole,
        )  # fmt: skip
        self.is_preparing = False
        try:
            self.answer = index.find(self.request)
        except NotReadyError:
            self.is_preparing = True
            self.answer = index.Answer(marked=search_text(q).split())
            self.table = with_words(Document.objects.public(INSTRUMENTS), q).defer("text")
            self.answer.count = self.table.count()

    @property
    def total(self) -> int:
        return self.answer.count

    def __len__(self) -> int:
        return min(self.total, index.REACH)

    def __getitem__(self, part: Any) -> Any:
        if self.is_preparing:
            return list(self.table[part])
        if part.start == self.request.start:
            return documents(self.answer.ids)[: part.stop - part.start]
        moved = index.Request(**{**vars(self.request), "start": part.start, "with_counts": False})
        return documents(index.find(moved).ids)[: part.stop - part.start]

    def nearest(self) -> list[Document]:
        return documents(self.answer.nearest)


_kept: Memo[Document] = Memo(2_000)


def documents(ids: list[int]) -> list[Document]:
    """In this order; what has been withdrawn meanwhile is left out. To be read only: pages share them.

    The table is asked for the revision alone of those that were read before.
    """
    revisions = (
        dict(Document.objects.filter(pk__in=ids).order_by().values_list("pk", "revision")) if ids else {}
    )
    held = {key: _kept.get(key) for key in revisions}
    found = {key: copy for key, copy in held.items() if copy and copy.revision == revisions[key]}
    if missing := revisions.keys() - found.keys():
        read = Document.objects.defer("text", "found_by").in_bulk(missing)
        found |= {key: _kept.put(key, copy) for key, copy in read.items()}
    return [found[key] for key in ids if key in found]


def with_words(found: QuerySet[Document], q: str) -> QuerySet[Document]:
    """Those in whose text every word of ``q`` occurs: for as long as there is no index."""
    for word in search_text(q).split()[:MAX_WORDS]:
        found = found.filter(text__contains=word)
    return found


class Ranked(Sequence[Document]):
    """Documents of known keys, the best first, fetched page by page."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: Any) -> Any:
        return documents(self.ids[part])


def ranked(table: QuerySet[Document], kind: str, q: str) -> QuerySet[Document] | Ranked:
    """What of ``table``, copies of one kind, answers ``q``, the best first; without ``q`` the table as it is."""
    if not q:
        return table
    try:
        ids = index.find(
            index.Request(q, kinds=(kind,), size=index.REACH, with_counts=False, with_nearest=False)
        ).ids
    except NotReadyError:
        return with_words(table, q)
    kept = set(table.order_by().filter(pk__in=ids).values_list("pk", flat=True))
    return Ranked([key for key in ids if key in kept])


def kind_links(q: str, current: str, total: int) -> list[dict]:
    """The same question asked of the other kinds, with the number of answers; nothing without a question."""
    if not q:
        return []
    found = []
    for kind, label, name in KINDS:
        number = total if kind == current else _number_of(kind, q)
        url = f"{reverse(name)}?{urlencode({'q': q})}"
        found.append({"label": label, "number": number, "url": url, "is_current": kind == current})
    return found


def _number_of(kind: str, q: str) -> int:
    try:
        asked = index.Request(q, kinds=(kind,), size=1, with_counts=False, with_nearest=False)
        return index.find(asked).count
    except NotReadyError:
        return with_words(Document.objects.filter(kind=kind), q).count()


def view_links(query: QueryDict) -> list[dict]:
    """As a list or as cards; the same page otherwise."""
    links = []
    for view, icon, words in (
        ("", "list", pgettext("view", "List")),
        ("cards", "category", pgettext("view", "Cards")),
    ):
        rest = query.copy()
        rest.pop("view", None)
        if view:
            rest["view"] = view
        is_current = (query.get("view") == "cards") == bool(view)
        links.append({"label": words, "icon": icon, "url": f"?{rest.urlencode()}", "is_current": is_current})
    return links


def literal_link(query: QueryDict, is_literal: bool) -> str:
    """The same page with, or without, other names for what was typed."""
    rest = query.copy()
    rest.pop("page", None)
    rest.pop("literal", None)
    if not is_literal:
        rest["literal"] = "1"
    return f"?{rest.urlencode()}"


def sort_links(query: QueryDict, current: str) -> list[dict]:
    links = []
    for name, words in SORTS.items():
        rest = query.copy()
        rest.pop("page", None)
        rest["sort"] = name
        links.append({"label": words, "url": "?" + rest.urlencode(), "is_current": name == current})
    return links if query.get("q", "").strip() else links[1:]

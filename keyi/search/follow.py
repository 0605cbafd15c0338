"""Keeps a node's index in step with the public copies.

Every write of a copy gets a number from a sequence, every removal leaves a row with one (see migration 0003). Each
process that searches looks twice a second for numbers above the index's own; whoever gets the lock writes, the
others see the new state.json. A new build is made beside the one in use.
"""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from random import Random
from threading import Thread

import tantivy
from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import Max

from . import schema, sounds, thesaurus
from .models import Document, ThesaurusGroup, Withdrawal
from .place import DamagedError, Place, State, reading_files

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds
BATCH = 1_000
BUILD_MEMORY = 400_000_000  # bytes
MEMORY = 64_000_000  # bytes for a writer; at least 15 MB for each of its threads
WRITERS = 20260002  # the shared lock that writing transactions hold, as in migration 0003
PATIENCE = 60.0  # seconds to wait for transactions that were writing when a build began

Say = Callable[[int, int], None]


class _Following:
    """What this process remembers between two looks."""

    def __init__(self) -> None:
        self.done: dict[
            str, int
        ] = {}  # written above the index's revision, while older numbers may still come
        self.mark: tuple[int, int] | None = None
        self.words: thesaurus.Thesaurus | None = None

    def thesaurus(self) -> thesaurus.Thesaurus:
        found = ThesaurusGroup.objects.aggregate(last=Max("pk"))
        mark = (found["last"] or 0, 0)
        if self.words is None or mark != self.mark:
            self.words, self.mark = thesaurus.current(), mark
        return self.words


@lru_cache(maxsize=2)
def _following(folder: Path) -> _Following:
    return _Following()


def fingerprint(words: thesaurus.Thesaurus) -> str:
    return f"{schema.VERSION}-{words.fingerprint}"


def is_readable(state: State) -> bool:
    """Whether this program knows how to read the build."""
    return state.fingerprint.partition("-")[0] == str(schema.VERSION)


def catch_up(place: Place, *, wait: bool = False) -> None:
    """Write what has changed; make a new build where there is none, or where it was made otherwise.

    ``wait`` for who is writing or building now; else it is left to them.
    """
    memory = _following(place.folder)
    while _write(place, memory, wait=wait):
        pass
    if _is_due(place) and build(place, wait=wait, only_if_due=True):
        while _write(place, memory, wait=wait):
            pass


def _is_due(place: Place) -> bool:
    state = place.state()
    return state is None or state.fingerprint != fingerprint(_following(place.folder).thesaurus())


def give_up(place: Place) -> None:
    with place.lock("write") as is_mine:
        if is_mine:
            place.forget()


def _write(place: Place, memory: _Following, *, wait: bool) -> bool:
    """One batch of changes. Whether there may be more."""
    state = place.state()
    last = last_revision()
    if state is None or not is_readable(state) or state.revision == last:
        return False
    with place.lock("write", wait=wait) as is_mine:
        state = place.state()
        if not is_mine or state is None:
            return False
        if state.revision > last or _was_emptied(state.revision):  # another database, or all of it gone
            place.forget()
            return False
        return _write_batch(place, state, memory, last)


def _write_batch(place: Place, state: State, memory: _Following, last: int) -> bool:
    is_settled = not writers()  # asked after ``last`` was read: no number up to it can still appear
    above = [
        *(("d", *row) for row in _numbered(Document, "pk", state.revision)),
        *(("w", *row) for row in _numbered(Withdrawal, "document_id", state.revision)),
    ]
    new = sorted(
        (row for row in above if memory.done.get(row[0] + str(row[1])) != row[2]), key=lambda r: r[2]
    )
    batch = new[:BATCH]
    try:
        _apply(place.path(state.build), batch, memory.thesaurus())
    except DamagedError as error:
        log.warning("The search index cannot be written and will be built anew: %s", error)
        place.forget()
        return False
    memory.done.update({row[0] + str(row[1]): row[2] for row in batch})
    is_whole = len(new) <= BATCH
    if is_settled:
        reached = max(state.revision, last if is_whole else min(last, batch[-1][2]))
        place.save(State(state.build, reached, state.fingerprint))
        memory.done = {key: number for key, number in memory.done.items() if number > reached}
    elif batch:
        place.save(state)  # the others see that something was written
    return not is_whole


def _numbered(model: type[Document] | type[Withdrawal], key: str, above: int) -> list[tuple[int, int]]:
    return list(model._default_manager.filter(revision__gt=above).values_list(key, "revision"))


def _was_emptied(above: int) -> bool:
    return Withdrawal.objects.filter(document_id=Withdrawal.EVERYTHING, revision__gt=above).exists()


def _apply(folder: Path, batch: list[tuple[str, int, int]], words: thesaurus.Thesaurus) -> None:
    if not batch:
        return
    copies = Document.objects.filter(pk__in=[key for what, key, _number in batch if what == "d"])
    entries = [schema.entry(document, words) for document in copies.defer("content")]
    with reading_files():
        writer = tantivy.Index.open(str(folder)).writer(MEMORY, 1)
        for _what, key, _number in batch:
            writer.delete_documents_by_query(tantivy.Query.term_query(schema.schema(), "id", key))
        for entry in entries:
            writer.add_document(entry)
        writer.commit()
        writer.wait_merging_threads()


def build(place: Place, *, wait: bool = False, only_if_due: bool = False, say: Say | None = None) -> bool:
    """Make a new build of everything and take it into use. False when somebody else is at it."""
    with place.lock("build", wait=wait) as is_mine:
        if not is_mine or (only_if_due and not _is_due(place)):
            return False
        words = thesaurus.current()
        name, start = place.new_build(), settled_revision()
        _fill(place.path(name), words, say)
        with place.lock("write", wait=True):
            place.save(State(name, start, fingerprint(words)))
            place.tidy(name)
        _following(place.folder).done = {}
        return True


def _fill(folder: Path, words: thesaurus.Thesaurus, say: Say | None) -> None:
    # One thread: taking the text apart is the slow part, and an index of few parts is counted faster.
    writer = tantivy.Index(schema.schema(), path=str(folder)).writer(BUILD_MEMORY, 1)
    keys = _mixed_keys()
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        for document in Document.objects.filter(pk__in=some).defer("content"):
            writer.add_document(schema.entry(document, words))
        if say:
            say(start + len(some), len(keys))
    writer.commit()
    writer.wait_merging_threads()


def _mixed_keys() -> list[int]:
    """All copies, those of a unit not side by side: the library would store runs of equal values in a way that is
    smaller, but counted at less than half the speed.
    """
    keys = list(Document.objects.values_list("pk", flat=True))
    Random(0).shuffle(keys)  # noqa: S311  no secret: any order will do
    return keys


def last_revision() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value, is_called FROM search_revision")
        value, is_called = cursor.fetchone()
    return value if is_called else 0


def writers() -> set[int]:
    """Transactions of others that have numbered a copy and have not ended yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND mode = 'ShareLock'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND pid <> pg_backend_pid()",
            [WRITERS],
        )
        return {pid for (pid,) in cursor}


def settled_revision() -> int:
    """A number up to which every write can be seen: waits for those who are writing now."""
    last, waiting = last_revision(), writers()
    deadline = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline:
        time.sleep(0.1)
        waiting &= writers()
    return 0 if waiting else last


def start() -> None:
    """Follow in the background for as long as this process lives."""
    if settings.SEARCH_FOLLOWS_IN == "thread":
        Thread(target=_run, name="search", daemon=True).start()


def _run() -> None:
    place = Place.of_this_node()
    sounds.all_syllables()  # 0.1 s that the first visitor need not wait for
    while True:
        try:
            close_old_connections()
            catch_up(place)
        except Exception:
            log.exception("The search index could not be brought up to date")
            connection.close()
        time.sleep(EVERY)

"""The open index of this process: always the build that state.json names, as it was last written."""

import logging
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

import tantivy
from django.conf import settings
from django.db import DatabaseError

from keyi.core.memo import Memo

from . import follow, thesaurus
from .place import DamagedError, Place, State, reading_files

log = logging.getLogger(__name__)
MOST_ANSWERS = 200  # of one moment


class NotReadyError(Exception):
    """There is no index yet; one is being made."""


@dataclass(frozen=True)
class View:
    """The index at one moment, and the thesaurus it was made with.

    ``answers`` are those that were given in this moment: what is asked again costs nothing, and the next change of
    the index begins with none.
    """

    searcher: tantivy.Searcher
    thesaurus: thesaurus.Thesaurus
    answers: Memo[Any] = field(default_factory=lambda: Memo(MOST_ANSWERS))


class Engine:
    """Opens the index of one folder and keeps up with what any process writes there."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.lock = Lock()
        self.stamp = -1
        self.state: State | None = None
        self.index: tantivy.Index | None = None
        self.now: View | None = None

    def view(self) -> View:
        """Raises NotReadyError."""
        if settings.SEARCH_FOLLOWS_IN == "query":
            follow.catch_up(self.place, wait=True)
        stamp = self.place.stamp()
        if stamp != self.stamp or self.now is None:
            with self.lock:
                if stamp != self.stamp or self.now is None:
                    self._open(stamp)
        if self.now is None:
            raise NotReadyError
        return self.now

    def _open(self, stamp: int) -> None:
        state = self.place.state()
        if state is None or not follow.is_readable(state):
            self.now, self.index, self.stamp = None, None, -1
            return
        try:
            with reading_files():
                if self.index is None or self.state is None or state.build != self.state.build:
                    self.index = tantivy.Index.open(str(self.place.path(state.build)))
                self.index.reload()
                searcher = self.index.searcher()
        except DamagedError as error:
            self.damaged(error)
            return
        self.now = View(searcher, self._thesaurus(state))
        self.state, self.stamp = state, stamp

    def _thesaurus(self, state: State) -> thesaurus.Thesaurus:
        """Kept while the build's is the same."""
        if self.now and follow.fingerprint(self.now.thesaurus) == state.fingerprint:
            return self.now.thesaurus
        return thesaurus.current()

    def damaged(self, error: BaseException) -> None:
        """Put the build aside: whoever follows makes a new one."""
        log.warning("The search index is damaged and will be built anew: %s", error)
        self.now, self.index, self.stamp = None, None, -1
        follow.give_up(self.place)


@lru_cache(maxsize=2)
def _engine(folder: str) -> Engine:
    return Engine(Place.of_this_node())


def engine() -> Engine:
    return _engine(f"{settings.SEARCH_FOLDER}/{settings.SEARCH_NODE}")


def warm() -> None:
    """Open the index before the first visitor asks; without one, or without its database, they are told later."""
    try:
        engine().view()
    except (NotReadyError, DatabaseError) as error:
        log.info("The search index is not open yet: %s", error)

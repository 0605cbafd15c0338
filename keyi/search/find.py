"""Asking the index: which public copies answer, in which order, and how many each filter would leave."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import tantivy
from tantivy import Occur, Query

from .beside import beside
from .counting import Counting, Counts
from .index import View, engine
from .place import DamagedError, reading_files
from .queries import all_of, any_term, sure, term
from .question import Reader, Way, Word, whole_name
from .schema import FACETS, WEIGHTS, facet, schema
from .segment import pairs

RELEVANCE, NEWEST, VALUE, HOURS = "relevance", "newest", "value", "hours"
ORDERS = {NEWEST: "published", VALUE: "value", HOURS: "hours"}
REACH = 10_000  # results that can be paged through; the count is of all
NEAREST = 10
MAX_CHOSEN = 500
LARGEST_KEPT = 100  # ids of an answer that is kept
EXACT_NAME, EXACT_MODEL = 200.0, 100.0
TIE = 0.1  # what a word in a second place adds


@dataclass(frozen=True)
class Request:
    """``chosen``: filter → values, any of which will do. ``literal``: without other names for what was typed.
    ``whole``: a filter of which all options are wanted, not only the most frequent.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    chosen: dict[str, list[str]] = field(default_factory=dict)
    order: str = RELEVANCE
    start: int = 0
    size: int = 20
    with_counts: bool = True
    with_nearest: bool = True
    literal: bool = False
    whole: str = ""

    @property
    def matching(self) -> Hashable:
        """What decides which records answer; the rest says only which of them are wanted."""
        return (
            self.text,
            self.literal,
            self.kinds,
            self.whole,
            tuple((name, tuple(values)) for name, values in sorted(self.chosen.items())),
        )

    @property
    def key(self) -> Hashable:
        return (self.matching, self.order, self.start, self.size, self.with_counts, self.with_nearest)


@dataclass
class Answer:
    """Shared by all who ask the same: only ``shown`` may be written.

    ``ids`` of one page of documents in order; ``nearest`` only when nothing answers the whole question.
    """

    count: int = 0
    ids: list[int] = field(default_factory=list)
    nearest: list[int] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)  # other names that were looked for as well
    shown: dict[str | None, Any] = field(default_factory=dict)  # what pages made of it, by language


def find(request: Request) -> Answer:
    """Raises NotReadyError."""
    now = engine()
    try:
        return _ask(now.view(), request)
    except DamagedError as error:
        now.damaged(error)
    return _ask(now.view(), request)


def _ask(view: View, request: Request) -> Answer:
    kept = view.answers
    if answer := kept.get(request.key):
        return answer
    with reading_files():
        answer = Finder(view, request).answer(kept.get(request.matching))
    if request.size <= LARGEST_KEPT:
        kept.put(request.key, answer)
    if request.with_counts:
        kept.put(request.matching, answer)  # its other pages and orders have the same counts
    return answer


class Finder:
    def __init__(self, view: View, request: Request) -> None:
        self.searcher, self.request = view.searcher, request
        self.reader = Reader(view.searcher, view.thesaurus, literal=request.literal)
        self.question = self.reader.read(request.text)
        self.is_blank = not request.text.strip()

    def answer(self, counted: Answer | None = None) -> Answer:
        """With the counts of ``counted``, another page of the same question, if there is one."""
        request = self.request
        answer = Answer(marked=self.question.marked, also=self.question.also)
        filters = self.filters()
        page = self.page(filters) if self.question.words or self.is_blank else None
        if request.with_counts and counted:
            answer.counts, answer.shown = counted.counts, counted.shown
        elif request.with_counts:
            page = beside(page) if page else None
            answer.counts = self._counts(filters)
        if page:
            found = page()
            answer.count, answer.ids = _number(found), self._ids(found)
        if not answer.count and request.with_nearest:
            answer.nearest = self._nearest()
        return answer

    def filters(self) -> dict[str, Query]:
        found = {}
        if self.request.kinds:
            found["kind"] = any_term("kind", list(self.request.kinds))
        for name, values in self.chosen().items():
            found[name] = any_term(facet(name), values) if values else Query.empty_query()
        return found

    def chosen(self) -> dict[str, list[str]]:
        """What is asked of each filter in use, without what is no text."""
        return {
            name: [value for value in values[:MAX_CHOSEN] if value.isprintable()]  # no half characters
            for name, values in self.request.chosen.items()
            if values and name in FACETS
        }

    def page(self, filters: dict[str, Query]) -> Callable[[], tantivy.SearchResult]:
        """The search for one page, to be called."""
        size = self.request.size
        by_field = ORDERS.get(self.request.order)
        if by_field is None and self.is_blank:
            by_field = ORDERS[NEWEST]
        offset = max(0, min(self.request.start, REACH - size))
        if by_field:
            query = all_of([*self._matching(), *filters.values()])
            return partial(self.searcher.search, query, size, offset=offset, order_by_field=by_field)
        query = self._scoring(filters)
        return partial(self.searcher.search, query, size, offset=offset, weight_by_field="push")

    def _ids(self, found: tantivy.SearchResult) -> list[int]:
        addresses = [address for _score, address in found.hits]
        return [int(key) for key in self.searcher.fast_field_values("id", addresses) if key is not None]

    def _matching(self) -> list[Query]:
        return [_match(word) for word in self.question.words]

    def _scoring(self, filters: dict[str, Query]) -> Query:
        clauses = [(Occur.Must, self._score(word)) for word in self.question.words]
        clauses += [(Occur.Must, Query.const_score_query(query, 0.0)) for query in filters.values()]
        return Query.boolean_query(clauses + [(Occur.Should, query) for query in self._exact()])

    def _exact(self) -> list[Query]:
        name = whole_name(self.request.text)
        found = [sure("exact_title", name, EXACT_NAME), sure("exact_model", name, EXACT_NAME)]
        return found + [sure("exact_model", model, EXACT_MODEL) for model in self.question.models]

    def _score(self, word: Word) -> Query:
        return Query.disjunction_max_query(
            [self._score_way(way) for way in word.ways] or [Query.empty_query()], 0.0
        )

    def _score_way(self, way: Way) -> Query:
        if way.where != "all":
            return Query.const_score_query(_match_way(way), 4.0 * way.weight)
        weight = way.weight / len(way.tokens)
        return all_of([self._score_token(token, weight) for token in way.tokens])

    def _score_token(self, token: str, weight: float) -> Query:
        places = [
            Query.boost_query(term(name, token), factor * weight)
            for name, factor in WEIGHTS.items()
            if self.searcher.doc_freq(name, token)
        ]
        return Query.disjunction_max_query(places, TIE) if places else Query.empty_query()

    def _counts(self, filters: dict[str, Query]) -> Counts:
        matching = self._matching() if self.question.words else [] if self.is_blank else [Query.empty_query()]
        whole = self.request.whole
        return Counting(self.searcher, matching, filters, self.chosen(), whole=whole).counts()

    def _nearest(self) -> list[int]:
        """What comes closest: without the filters, then with fewer and fewer of the words, then with parts of them."""
        kind = {name: query for name, query in self.filters().items() if name == "kind"}
        for query in self._closer(kind):
            found = self.searcher.search(query, NEAREST, weight_by_field="push")
            if _number(found):
                return self._ids(found)
        query = all_of(list(kind.values()))
        return self._ids(self.searcher.search(query, NEAREST, order_by_field=ORDERS[NEWEST]))

    def _closer(self, kind: dict[str, Query]) -> Iterator[Query]:
        words = self.question.words
        if words and self.request.chosen:
            yield self._scoring(kind)
        fixed = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in kind.values()]
        scores = [(Occur.Should, self._score(word)) for word in words]
        for least in range(len(words) - 1, 0, -1):
            some = Query.boolean_query(scores, least)
            yield Query.boolean_query([*fixed, (Occur.Must, some)])
        loose = [(Occur.Should, self._score(word)) for word in map(self._loosened, words) if word.ways]
        if loose:
            yield Query.boolean_query([*fixed, (Occur.Must, Query.boolean_query(loose, 1))])

    def _loosened(self, word: Word) -> Word:
        """Any two neighbouring characters of it; or words that begin alike."""
        if not word.typed.isascii():
            tokens = [token for part in word.typed.split() for token in pairs(part)]
        else:
            begins = word.typed[: max(3, len(word.typed) // 2)]
            tokens = [token for token, _ in self.searcher.terms_with_prefix("all", begins, limit=NEAREST)]
        return Word(word.typed, [Way((token,), 0.5) for token in tokens if self.reader.knows(token)])


def _number(found: tantivy.SearchResult) -> int:
    return found.count or 0  # type: ignore[attr-defined]  # it has one; the library's types forget it


def _match(word: Word) -> Query:
    """Whether a record answers the word at all; says nothing about how well."""
    simple = [way.tokens[0] for way in word.ways if way.where == "all" and len(way.tokens) == 1]
    others = [_match_way(way) for way in word.ways if way.where != "all" or len(way.tokens) > 1]
    queries = [*([any_term("all", simple)] if simple else []), *others]
    if not queries:
        return Query.empty_query()
    return (
        queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
    )


def _match_way(way: Way) -> Query:
    if way.where == "slip":
        return Query.fuzzy_term_query(schema(), "all", way.tokens[0], distance=1)
    return all_of([term(way.where, token) for token in way.tokens])

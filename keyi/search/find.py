"""Asking the index: which public copies answer, in which order, and how many each filter would leave."""

from collections import Counter
from collections.abc import Hashable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import tantivy
from tantivy import Occur, Query

from .index import View, engine
from .place import DamagedError, reading_files
from .question import Reader, Way, Word, whole_name
from .schema import (
    FACETS,
    MANY,
    NOTHING,
    TOGETHER,
    WEIGHTS,
    apart,
    combination,
    facet,
    number,
    numbered,
    schema,
)  # fmt: skip
from .segment import pairs

RELEVANCE, NEWEST, VALUE, HOURS = "relevance", "newest", "value", "hours"
ORDERS = {NEWEST: "published", VALUE: "value", HOURS: "hours"}
REACH = 10_000  # results that can be paged through; the count is of all
NEAREST = 10
OPTIONS = 1_000  # of one filter
EVERY_OPTION = 65_000
COUNTED = tuple(name for name in FACETS if name != "type")
MAX_CHOSEN = 500
LARGEST_KEPT = 100  # ids of an answer that is kept
EXACT_NAME, EXACT_MODEL = 200.0, 100.0
TIE = 0.1  # what a word in a second place adds


_values: dict[str, dict[int, str]] = {}  # filter → number → value, learnt as they are met


@dataclass(frozen=True)
class Request:
    """``chosen``: filter → values, any of which will do. ``literal``: without other names for what was typed."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    chosen: dict[str, list[str]] = field(default_factory=dict)
    order: str = RELEVANCE
    start: int = 0
    size: int = 20
    with_counts: bool = True
    with_nearest: bool = True
    literal: bool = False

    @property
    def matching(self) -> Hashable:
        """What decides which records answer; the rest says only which of them are wanted."""
        return (
            self.text,
            self.literal,
            self.kinds,
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
    counts: dict[str, Counter[str]] = field(default_factory=dict)
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
        if self.question.words or self.is_blank:
            answer.count, answer.ids = self.page(filters, request.start, request.size)
        if not answer.count and request.with_nearest:
            answer.nearest = self._nearest()
        if request.with_counts and counted:
            answer.counts, answer.shown = counted.counts, counted.shown
        elif request.with_counts:
            answer.counts = self._counts(filters)
        return answer

    def filters(self) -> dict[str, Query]:
        found = {}
        if self.request.kinds:
            found["kind"] = _any_term("kind", list(self.request.kinds))
        for name, values in self.request.chosen.items():
            if values and name in FACETS:
                sound = [value for value in values[:MAX_CHOSEN] if value.isprintable()]  # no half characters
                found[name] = _any_term(facet(name), sound) if sound else Query.empty_query()
        return found

    def page(self, filters: dict[str, Query], start: int, size: int) -> tuple[int, list[int]]:
        by_field = ORDERS.get(self.request.order)
        if by_field is None and self.is_blank:
            by_field = ORDERS[NEWEST]
        offset = max(0, min(start, REACH - size))
        if by_field:
            query = _all_of([*self._matching(), *filters.values()])
            found = self.searcher.search(query, size, offset=offset, order_by_field=by_field)
        else:
            query = self._scoring(filters)
            found = self.searcher.search(query, size, offset=offset, weight_by_field="push")
        return _number(found), self._ids(found)

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
        found = [_sure("exact_title", name, EXACT_NAME), _sure("exact_model", name, EXACT_NAME)]
        return found + [_sure("exact_model", model, EXACT_MODEL) for model in self.question.models]

    def _score(self, word: Word) -> Query:
        return Query.disjunction_max_query(
            [self._score_way(way) for way in word.ways] or [Query.empty_query()], 0.0
        )

    def _score_way(self, way: Way) -> Query:
        if way.where != "all":
            return Query.const_score_query(_match_way(way), 4.0 * way.weight)
        weight = way.weight / len(way.tokens)
        return _all_of([self._score_token(token, weight) for token in way.tokens])

    def _score_token(self, token: str, weight: float) -> Query:
        places = [
            Query.boost_query(_term(name, token), factor * weight)
            for name, factor in WEIGHTS.items()
            if self.searcher.doc_freq(name, token)
        ]
        return Query.disjunction_max_query(places, TIE) if places else Query.empty_query()

    def _counts(self, filters: dict[str, Query]) -> dict[str, Counter[str]]:
        """All filters at once, at their widest level; but a filter in use once more without its own choice, and in
        all its levels."""
        matching = self._matching() if self.question.words else [] if self.is_blank else [Query.empty_query()]
        counts = self._count_free([*matching, *filters.values()], filters.keys())
        for name in filters.keys() & set(COUNTED):
            others = [query for other, query in filters.items() if other != name]
            counts[name] = _without_nothing(
                self._count([*matching, *others], {facet(name): OPTIONS})[facet(name)]
            )
        return counts

    def _count_free(self, queries: list[Query], chosen: AbstractSet[str]) -> dict[str, Counter[str]]:
        """Each filter that is not in use, combinations in one go."""
        together = [names for names in TOGETHER if not chosen >= set(names)]
        fields = {combination(names): EVERY_OPTION for names in together}
        fields |= {numbered(name): OPTIONS for name in MANY if name not in chosen}
        found = self._count(queries, fields)
        counts = {name: self._named(name, found[numbered(name)]) for name in MANY if name not in chosen}
        for names in together:
            split = _split(names, found[combination(names)])
            counts |= {name: count for name, count in split.items() if name not in chosen}
        return counts

    def _count(self, queries: list[Query], fields: dict[str, int]) -> dict[str, Counter[Any]]:
        """How many records have each value of these fields, for at most so many values."""
        wanted = {field: {"terms": {"field": field, "size": most}} for field, most in fields.items()}
        found = self.searcher.aggregate(_all_of(queries), wanted)
        return {
            field: Counter({bucket["key"]: bucket["doc_count"] for bucket in found[field]["buckets"]})
            for field in fields
        }

    def _named(self, name: str, numbers: Counter[float]) -> Counter[str]:
        values = _values.setdefault(name, {})
        if not numbers.keys() <= values.keys():
            wanted = {name: {"terms": {"field": facet(name), "size": EVERY_OPTION}}}
            buckets = self.searcher.aggregate(Query.all_query(), wanted)[name]["buckets"]
            values.update({number(bucket["key"]): bucket["key"] for bucket in buckets})
        return _without_nothing(Counter({values[int(key)]: count for key, count in numbers.items()}))

    def _nearest(self) -> list[int]:
        """What comes closest: without the filters, then with fewer and fewer of the words, then with parts of them."""
        kind = {name: query for name, query in self.filters().items() if name == "kind"}
        for query in self._closer(kind):
            found = self.searcher.search(query, NEAREST, weight_by_field="push")
            if _number(found):
                return self._ids(found)
        query = _all_of(list(kind.values()))
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


def _split(names: tuple[str, ...], combinations: Counter[str]) -> dict[str, Counter[str]]:
    """The counts of each of these filters from those of their combinations."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for word, number_of in combinations.items():
        for name, values in zip(names, apart(word), strict=True):
            for value in values:
                counts[name][value] += number_of
    return {name: _without_nothing(count) for name, count in counts.items()}


def _without_nothing(count: Counter[str]) -> Counter[str]:
    count.pop(NOTHING, None)
    return count


def _number(found: tantivy.SearchResult) -> int:
    return found.count or 0  # type: ignore[attr-defined]  # it has one; the library's types forget it


def _term(name: str, token: str) -> Query:
    return Query.term_query(schema(), name, token, index_option="basic" if name in _PLAIN else "freq")


_PLAIN = frozenset({"all", "sound", "letters", "kind", "exact_title", "exact_model", *map(facet, FACETS)})


def _sure(name: str, token: str, score: float) -> Query:
    return Query.const_score_query(_term(name, token), score)


def _any_term(name: str, tokens: list[str]) -> Query:
    return _term(name, tokens[0]) if len(tokens) == 1 else Query.term_set_query(schema(), name, tokens)


def _all_of(queries: list[Query]) -> Query:
    if not queries:
        return Query.all_query()
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _match(word: Word) -> Query:
    """Whether a record answers the word at all; says nothing about how well."""
    simple = [way.tokens[0] for way in word.ways if way.where == "all" and len(way.tokens) == 1]
    others = [_match_way(way) for way in word.ways if way.where != "all" or len(way.tokens) > 1]
    queries = [*([_any_term("all", simple)] if simple else []), *others]
    if not queries:
        return Query.empty_query()
    return (
        queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
    )


def _match_way(way: Way) -> Query:
    if way.where == "slip":
        return Query.fuzzy_term_query(schema(), "all", way.tokens[0], distance=1)
    return _all_of([_term(way.where, token) for token in way.tokens])

"""How many records each filter would leave: all filters in as few passes over the records as possible."""

from collections import Counter
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import tantivy
from tantivy import Query

from .queries import all_of, term
from .schema import FACETS, LEVELS, MANY, NOTHING, TOGETHER, apart, combination, facet, path

COUNTED = frozenset(FACETS) - {"type"}
FEW = 50  # options of a filter of MANY
OPTIONS = 1_000  # of a filter of MANY that is asked for with everything, or in use
EVERY_OPTION = 65_000
Counts = dict[str, Counter[str]]


class Counting:
    """``matching`` says which records answer the words, ``filters`` what else is asked, ``chosen`` with which values.

    ``whole`` is a filter of MANY of which more than the most frequent options are wanted.
    """

    def __init__(
        self,
        searcher: tantivy.Searcher,
        matching: list[Query],
        filters: Mapping[str, Query],
        chosen: Mapping[str, Collection[str]],
        *,
        whole: str = "",
    ) -> None:
        self.searcher, self.matching, self.filters, self.whole = searcher, matching, filters, whole
        self.chosen = {name: set(chosen[name]) for name in filters.keys() & COUNTED}

    def counts(self) -> Counts:
        """A filter in use is counted without its own choice, and in all its levels; the others at the widest."""
        found = self._free()
        for names in TOGETHER:
            if self._is_own(names):
                found |= _split(names, self._values(combination(names), EVERY_OPTION, names), self.chosen)
        for name in self.chosen.keys() & {*LEVELS, *MANY}:
            found[name] = self._of_chosen(name)
        for count in found.values():
            count.pop(NOTHING, None)
        return found

    def _is_own(self, names: tuple[str, ...]) -> bool:
        """Whether these need a pass of their own, since some of them are in use."""
        return bool(self.chosen.keys() & set(names)) and not set(names) & set(LEVELS)

    def _free(self) -> Counts:
        """What is not in use, in one pass."""
        together = [
            names for names in TOGETHER if not self._is_own(names) and not self.chosen.keys() >= set(names)
        ]
        fields = {combination(names): EVERY_OPTION for names in together}
        fields |= {facet(name): self._most(name) for name in MANY if name not in self.chosen}
        found = self._count(fields, ())
        counts = {name: found[facet(name)] for name in MANY if name not in self.chosen}
        for names in together:
            counts |= _split(names, found[combination(names)], {})
        return counts

    def _most(self, name: str) -> int:
        return OPTIONS if name == self.whole else FEW

    def _of_chosen(self, name: str) -> Counter[str]:
        """With every level; of MANY with what was chosen though it is not among the most frequent."""
        if name in LEVELS:
            return _split((name,), self._values(path(name), EVERY_OPTION, (name,)), {})[name]
        count = self._values(facet(name), OPTIONS, (name,))
        for value in self.chosen[name] - count.keys():
            query = all_of([*self._queries((name,)), term(facet(name), value)])
            if number := self.searcher.search(query, 1).count:  # type: ignore[attr-defined]  # it has one
                count[value] = number
        return count

    def _values(self, field: str, most: int, without: Collection[str]) -> Counter[str]:
        return self._count({field: most}, without)[field]

    def _count(self, fields: dict[str, int], without: Collection[str]) -> Counts:
        """How many records have each value of these fields, for at most so many values."""
        wanted: dict[str, Any] = {
            field: {"terms": {"field": field, "size": most}} for field, most in fields.items()
        }
        found = self.searcher.aggregate(all_of(self._queries(without)), wanted)
        return {
            field: Counter({bucket["key"]: bucket["doc_count"] for bucket in found[field]["buckets"]})
            for field in fields
        }

    def _queries(self, without: Collection[str]) -> list[Query]:
        return [*self.matching, *(query for name, query in self.filters.items() if name not in without)]


def _split(
    names: tuple[str, ...], combinations: Mapping[str, int], chosen: Mapping[str, AbstractSet[str]]
) -> Counts:
    """The counts of each of these filters from those of their combinations, each without its own choice."""
    tallies: list[dict[str, int]] = [{} for _name in names]
    asked = [(place, chosen[name]) for place, name in enumerate(names) if name in chosen]
    for word, number in combinations.items():
        said = apart(word)
        missed = [place for place, values in asked if values.isdisjoint(said[place])]
        if len(missed) > 1:
            continue
        for place in missed or range(len(names)):
            tally = tallies[place]
            for value in said[place]:
                tally[value] = tally.get(value, 0) + number
    return {name: Counter(tally) for name, tally in zip(names, tallies, strict=True)}

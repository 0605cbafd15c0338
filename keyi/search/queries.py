"""Small parts of which the questions to the index are made."""

from tantivy import Occur, Query

from .schema import FACETS, facet, schema

_PLAIN = frozenset({"all", "sound", "letters", "kind", "exact_title", "exact_model", *map(facet, FACETS)})


def term(name: str, token: str) -> Query:
    return Query.term_query(schema(), name, token, index_option="basic" if name in _PLAIN else "freq")


def sure(name: str, token: str, score: float) -> Query:
    return Query.const_score_query(term(name, token), score)


def any_term(name: str, tokens: list[str]) -> Query:
    return term(name, tokens[0]) if len(tokens) == 1 else Query.term_set_query(schema(), name, tokens)


def all_of(queries: list[Query]) -> Query:
    if not queries:
        return Query.all_query()
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])

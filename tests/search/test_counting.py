"""The counts of all filters against counting record by record, for many choices."""

from collections import Counter
from random import Random

import pytest

from keyi.search import counting
from keyi.search.find import Request, find
from keyi.search.models import Document
from tests.search.documents import document

pytestmark = pytest.mark.django_db
PLACES = [["430100", "430104"], ["430100", "430105"], ["430200", "430211"], []]
CLASSES = [["010000", "010400", "010405"], ["010000", "010500"], ["020000"], []]
SEVERAL = {"platform": ("national", "provincial"), "subject": ("110", "150", "430")}
ONE = {
    "share": ("external", "internal", "none"), "status": ("normal", "standby"), "fee": ("listed", "negotiable"),
    "nature": ("university", "institute"), "value": ("0-20", "20-50"), "year": ("2019", "2020"),
    "country": ("156", "840"), "origin": ("domestic", "imported"), "unit": ("A", "B", "C"),
}  # fmt: skip


def some_facets(random: Random) -> dict[str, list[str]]:
    facets = {name: [random.choice(values)] for name, values in ONE.items() if random.random() < 0.8}
    for name, values in SEVERAL.items():
        facets[name] = random.sample(values, random.randrange(len(values) + 1))
    return facets | {"place": random.choice(PLACES), "class": random.choice(CLASSES)}


def some_choice(random: Random) -> dict[str, list[str]]:
    every = {**ONE, **SEVERAL, "place": ("430100", "430105"), "class": ("010000", "010405", "020000")}
    names = random.sample(sorted(every), random.randrange(5))
    return {name: random.sample(every[name], random.randint(1, len(every[name]) - 1)) for name in names}


def by_hand(records: list[dict[str, list[str]]], chosen: dict[str, list[str]]) -> dict[str, Counter[str]]:
    counts = {}
    for name in counting.COUNTED:
        count: Counter[str] = Counter()
        for facets in records:
            others = (other for other in chosen if other != name)
            if all(set(facets.get(other, [])) & set(chosen[other]) for other in others):
                widest = 1 if name in ("place", "class") and name not in chosen else None
                count.update(facets.get(name, [])[:widest])
        counts[name] = count
    return counts


def test_every_filter_counts_what_counting_one_by_one_counts():
    random = Random(7)
    records = [some_facets(random) for _number in range(120)]
    Document.objects.bulk_create(
        document(number, found_by={"title": ["离心机"], "facets": facets})
        for number, facets in enumerate(records)
    )
    for _round in range(60):
        chosen = some_choice(random)
        assert find(Request("离心机", chosen=chosen)).counts == by_hand(records, chosen), chosen


def test_only_the_most_frequent_units_are_counted_unless_all_are_asked_for_or_one_is_chosen(monkeypatch):
    monkeypatch.setattr(counting, "FEW", 2)
    monkeypatch.setattr(counting, "OPTIONS", 3)
    units = "AAAABBBCCD"
    Document.objects.bulk_create(
        document(number, found_by={"title": ["离心机"], "facets": {"unit": [unit]}})
        for number, unit in enumerate(units)
    )
    assert find(Request("离心机")).counts["unit"] == {"A": 4, "B": 3}
    assert find(Request("离心机", whole="unit")).counts["unit"] == {"A": 4, "B": 3, "C": 2}
    chosen = find(Request("离心机", chosen={"unit": ["D", "gone"]}))
    assert chosen.counts["unit"] == {"A": 4, "B": 3, "C": 2, "D": 1}

"""What people ask, and what has to be among the first ten."""

import pytest

from keyi.search.find import Request, find
from tests.search.conftest import rows

pytestmark = pytest.mark.django_db
QUESTIONS = [*rows("examples.csv"), *rows("questions.csv")]


@pytest.mark.parametrize("row", QUESTIONS, ids=[row["query"] for row in QUESTIONS])
def test_first_ten_hold(corpus, row):
    answer = find(Request(row["query"], kinds=("instruments",), size=10, with_counts=False))
    found = [corpus[key] for key in answer.ids]
    missing = set(row["first_ten_must_hold"].split()) - set(found)
    assert not missing, f"{answer.count}: {found}"

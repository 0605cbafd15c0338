"""``keyi demo --scale N``: as many as asked for, the same every time, and pages that work for them."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from keyi.accounts.models import OrgUnit
from keyi.catalogue.demo import scale
from keyi.search.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(db):
    call_command("load_codes", verbosity=0)


def made(number: int) -> list[tuple]:
    """What one run makes; afterwards the database is as before."""
    with transaction.atomic():
        scale.make(number)
        rows = Document.objects.order_by("kind", "object_id").values_list(
            "kind", "slug", "title", "found_by", "hours"
        )
        found = list(rows)
        transaction.set_rollback(True)
    return found


def test_same_number_gives_the_same_instruments(lists):
    first, second = made(100), made(100)
    assert first == second
    kinds = [row[0] for row in first]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "instruments": 100,
        "platforms": 12,
        "institutions": 7,
    }


def test_made_instruments_have_working_pages(lists, client):
    scale.make(30)
    for url in (
        "/instruments/S000000001/", "/instruments/S000000030/pidinst.json", "/units/SCALE0000000000001/",
        "/platforms/S1/", "/statistics/", "/instruments/?view=cards", "/units/", "/platforms/",
    ):  # fmt: skip
        assert client.get(url).status_code == 200, url
    assert client.get("/instruments/").context["total"] == 30
    assert OrgUnit.objects.filter(level="institution", name__endswith=scale.MARK).count() == 2


@pytest.mark.parametrize("number", [0, -1, 3_000_000])
def test_senseless_number_is_refused_before_anything_is_made(lists, number):
    with pytest.raises(CommandError, match="--scale"):
        call_command("demo", scale=number, stdout=io.StringIO())
    assert (Document.objects.count(), OrgUnit.objects.count()) == (0, 0)

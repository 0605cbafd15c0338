import hashlib
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import translation

from tests import jobs
from tests.objects import Objects
from tests.signing import sign_in
from tests.world import World

LONGEST = (
    "tests/faults/",
    "tests/browser/",
    "tests/config/test_serve",
    "tests/catalogue/test_demo",
    "tests/test_",
)


def pytest_collection_modifyitems(items):
    """The files that take longest begin first, so that no process is left with one of them at the end."""
    rank = {start: place for place, start in enumerate(LONGEST)}
    items.sort(
        key=lambda item: next((rank[one] for one in LONGEST if item.nodeid.startswith(one)), len(LONGEST))
    )


@pytest.fixture(autouse=True)
def _own_search_index(request, settings, tmp_path_factory):
    """Every test that searches makes an index of its own; the corpus keeps one for its whole module."""
    if "corpus" not in request.fixturenames:
        name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]
        settings.SEARCH_FOLDER = tmp_path_factory.getbasetemp() / "search" / name


@pytest.fixture(autouse=True)
def _own_language(settings):
    """A page asked for in English leaves its language behind in this thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def world(db) -> World:
    return World()


@pytest.fixture(scope="module")
def objects(django_db_setup, django_db_blocker) -> Iterator[Objects]:
    """One of everything, made once for the tests of a module that are marked ``unchanged``."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Objects()
        transaction.set_rollback(True)


@pytest.fixture
def unchanged(objects) -> Iterator[Objects]:
    """``objects``, and afterwards the database as it was before the test."""
    with transaction.atomic():
        yield objects
        transaction.set_rollback(True)


@pytest.fixture
def as_(client):
    """``as_(world.reviewer)`` is a client signed in as that person."""

    def signed_in(user):
        sign_in(client, user)
        return client

    return signed_in


@pytest.fixture
def run_jobs(db):
    """``run_jobs()`` runs what the worker would run now, so that the mail can be asserted."""
    jobs.forget_jobs()
    return jobs.run_jobs

import pytest

from tests import jobs
from tests.world import World


@pytest.fixture
def world(db) -> World:
    return World()


@pytest.fixture
def as_(client):
    """``as_(world.reviewer)`` is a client signed in as that person."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def run_jobs(db):
    """``run_jobs()`` runs what the worker would run now, so that the mail can be asserted."""
    return jobs.run_jobs

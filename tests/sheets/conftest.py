import pytest


@pytest.fixture
def keeper(world, as_):
    return as_(world.unit_admin)

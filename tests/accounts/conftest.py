import pytest

from .post import Post


@pytest.fixture
def post(world) -> Post:
    """Made after the world, so that it only sees the test's own mails."""
    post = Post()
    post.fetch()
    return post

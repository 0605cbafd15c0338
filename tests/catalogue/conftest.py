import pytest


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    """Files of these tests lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path

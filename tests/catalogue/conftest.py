import pytest


@pytest.fixture
def own_files(settings, tmp_path):
    """Files of these tests lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path

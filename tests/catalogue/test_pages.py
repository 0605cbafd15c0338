import pytest
from django.urls import reverse

from tests.catalogue.documents import publish_instrument, publish_unit

PAGES = [
    "home", "instrument-list", "unit-list", "notices", "downloads", "guide", "faq", "privacy", "terms",
    "accessibility", "site-map", "feed", "robots", "sitemap",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_works_for_a_visitor_when_nothing_is_published(client, name, language):
    client.cookies["django_language"] = language
    response = client.get(reverse(name))
    assert response.status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_page_works_with_content_and_refuses_posts(client, world, name):
    publish_unit(world)
    publish_instrument(world)
    assert client.get(reverse(name)).status_code == 200
    assert client.post(reverse(name)).status_code == 405

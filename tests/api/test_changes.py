"""The change feed: whoever follows it holds in the end exactly what is public."""

import json
import threading

import pytest
from django.db import connection, transaction

from keyi.api import changes
from keyi.search import public as copies
from keyi.search.models import Document
from tests.factories import make_instrument, make_platform
from tests.search.documents import publish

FEED = "/api/v1/changes"


class Follower:
    """A system that keeps a copy."""

    def __init__(self, client) -> None:
        self.client, self.after, self.copy = client, 0, {}

    def follow(self, limit: int = 2) -> list[str]:
        seen = []
        while True:
            body = self.client.get(FEED, {"after": self.after, "limit": limit}).json()
            for item in body["items"]:
                seen.append(item["what"])
                key = (item["kind"], item["number"])
                if item["what"] == "published":
                    self.copy[key] = item["record"]["title"]
                elif item["what"] == "removed":
                    self.copy.pop(key, None)
                else:
                    self.copy.clear()
            self.after = body["next"]
            if not body["more"]:
                return seen

    def is_whole(self) -> bool:
        names = {"instruments": "instruments", "platforms": "platforms", "institutions": "units"}
        return self.copy == {(names[row.kind], row.slug): row.title for row in Document.objects.all()}


@pytest.mark.django_db
def test_a_copy_follows_publications_changes_and_removals(client, world):
    follower = Follower(client)
    follower.follow()  # what tests before this one left
    first = make_instrument(world, status="published", inventory_number="S1")
    make_platform(world)
    assert follower.follow() == ["published", "published"]
    assert follower.is_whole()
    assert follower.follow() == []
    Document.objects.filter(object_id=first.pk, kind="instruments").update(title="改名")
    make_instrument(world, status="published", inventory_number="S2")
    assert follower.follow() == ["published", "published"]
    assert follower.is_whole()
    copies.withdraw("instruments", first.pk)
    assert follower.follow() == ["removed"]
    assert follower.is_whole()
    assert ("instruments", first.code) not in follower.copy


@pytest.mark.django_db
def test_a_table_that_was_emptied_is_told(client, world):
    follower = Follower(client)
    make_instrument(world, status="published", inventory_number="S1")
    follower.follow()
    assert follower.is_whole()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE search_document")
    assert follower.follow() == ["emptied"]
    assert follower.copy == {}


@pytest.mark.django_db(transaction=True)
def test_a_change_of_a_transaction_that_is_still_open_is_not_passed_over(client, monkeypatch):
    """Its number is lower than one that can be seen already: the feed waits, or says to ask again."""
    monkeypatch.setattr(changes, "PATIENCE", 0.3)
    ready, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            publish(1, name="慢的")
            ready.set()
            go_on.wait(20)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    assert ready.wait(20)
    publish(2, name="快的")
    try:
        response = client.get(FEED)
        assert (response.status_code, response["Retry-After"]) == (503, "2")
        assert json.loads(response.content)["detail"].startswith("正在写入变更")
    finally:
        go_on.set()
        writer.join()
    follower = Follower(client)
    follower.follow()
    assert set(follower.copy.values()) == {"慢的", "快的"}

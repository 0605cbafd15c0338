"""The public API: the same public copies as the pages, in pages, with ETag, limits, and problems told in words."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyi.accounts.models import Tally
from keyi.api import middleware
from keyi.search import public as copies
from keyi.search.models import Document
from tests.factories import make_institution, make_instrument, make_platform

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def published(world):
    make_institution(world)
    make_platform(world)
    return [make_instrument(world, status="published", inventory_number=f"S{n}") for n in range(3)]


def problem(response, status: int) -> dict:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == status
    return body


def test_lists_come_in_pages_that_neither_skip_nor_repeat(client, published):
    numbers, cursor = [], ""
    while cursor is not None:
        body = client.get(f"{V1}/instruments", {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        numbers += [item["number"] for item in body["items"]]
        cursor = body["next"]
    assert numbers == [record.code for record in published]
    assert [item["title"] for item in client.get(f"{V1}/units").json()["items"]] == ["麓山大学"]
    assert len(client.get(f"{V1}/platforms").json()["items"]) == 1


def test_one_record_says_what_its_public_copy_says(client, published):
    document = Document.objects.get(kind="instruments", object_id=published[0].pk)
    response = client.get(f"{V1}/instruments/{document.slug}")
    body = response.json()
    assert body["content"] == document.content
    assert (body["kind"], body["number"], body["revision"]) == (
        "instruments",
        document.slug,
        document.revision,
    )
    assert body["address"].endswith(f"/instruments/{document.slug}/")
    again = client.get(f"{V1}/instruments/{document.slug}", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    document.save()
    assert (
        client.get(
            f"{V1}/instruments/{document.slug}", headers={"If-None-Match": response["ETag"]}
        ).status_code
        == 200
    )


def test_drafts_and_what_is_withdrawn_are_not_there(client, world, published):
    make_instrument(world, status="draft", inventory_number="D1", name="草稿")
    code = published[0].code
    copies.withdraw("instruments", published[0].pk)
    problem(client.get(f"{V1}/instruments/{code}"), 404)
    assert "草稿" not in client.get(f"{V1}/instruments").content.decode()
    assert len(client.get(f"{V1}/instruments").json()["items"]) == 2


def test_updated_since_gives_what_changed_at_or_after_a_time(client, published):
    last = Document.objects.get(kind="instruments", object_id=published[2].pk)
    Document.objects.filter(pk=last.pk).update(title="改过")
    with connection.cursor() as cursor:  # as if the others were written yesterday
        cursor.execute("ALTER TABLE search_document DISABLE TRIGGER document_numbered")
        cursor.execute(
            "UPDATE search_document SET updated_at = now() - interval '1 day' WHERE id <> %s", [last.pk]
        )
        cursor.execute("ALTER TABLE search_document ENABLE TRIGGER document_numbered")
    last.refresh_from_db()
    found = client.get(f"{V1}/instruments", {"updated_since": last.updated_at.isoformat()}).json()["items"]
    assert [item["number"] for item in found] == [last.slug]
    assert len(client.get(f"{V1}/instruments", {"updated_since": "2020-01-01"}).json()["items"]) == 3
    assert client.get(f"{V1}/instruments", {"updated_since": "2999-01-01T00:00:00Z"}).json()["items"] == []


def test_search_answers_as_the_portal_with_facets(client, published):
    body = client.get(f"{V1}/search", {"q": "ICP"}).json()
    assert body["count"] == 3
    assert {item["number"] for item in body["items"]} == {record.code for record in published}
    assert body["facets"]["city"] == [{"value": "430100", "label": "长沙", "count": 3}]
    assert client.get(f"{V1}/search", {"q": "ICP", "city": "430300"}).json()["count"] == 0
    assert client.get(f"{V1}/search", {"q": "zzzz"}).json()["items"] == []


def test_code_lists(client, world):
    names = [row["name"] for row in client.get(f"{V1}/codes").json()]
    assert {"subject", "country", "division"} <= set(names)
    body = client.get(f"{V1}/codes/division", {"limit": 2}).json()
    assert [row["full_label"] for row in body["items"]] == ["湖南省", "湖南省长沙市"]
    rest = client.get(f"{V1}/codes/division", {"cursor": body["next"]}).json()["items"]
    assert [row["label"] for row in rest] == ["岳麓区", "湘潭市", "岳塘区"]
    problem(client.get(f"{V1}/codes/nothing"), 404)


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/instruments", {"limit": "0"}), ("/instruments", {"limit": "201"}), ("/instruments", {"limit": "x"}),
        ("/instruments", {"cursor": "!!!"}), ("/instruments", {"cursor": "YWJj"}),
        ("/instruments", {"cursor": "a" * 61}),
        ("/instruments", {"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk"}), ("/instruments", {"updated_since": "yesterday"}),
        ("/search", {"page": "0"}), ("/search", {"page": "10000"}), ("/search", {"q": "a" * 101}),
        ("/changes", {"after": "-1"}), ("/changes", {"after": "9" * 30}), ("/codes/subject", {"cursor": "AAAA"}),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told(client, world, address, query):
    body = problem(client.get(V1 + address, query), 422)
    assert body["errors"]
    assert all(error["message"] for error in body["errors"])


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v2/instruments", "/api/v1/nothing", "/api/v1/instruments/%00", "/api/v1/units/x"],
)
def test_addresses_that_there_are_not(client, db, address):
    problem(client.get(address), 404)


def test_answers_say_how_often_one_may_ask(client, world, monkeypatch):
    monkeypatch.setattr(middleware, "PER_MINUTE", 2)
    first, second, third = (client.get(f"{V1}/codes") for _number in range(3))
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"], second["RateLimit-Remaining"]) == (
        "2",
        "1",
        "0",
    )
    body = problem(third, 429)
    assert "请等待" in body["detail"]
    assert 0 < int(third["Retry-After"]) <= 60
    Tally.objects.all().delete()
    assert client.get(f"{V1}/codes").status_code == 200


def test_only_reading_and_nothing_large(client, world):
    assert client.post(f"{V1}/instruments", {}).status_code == 405
    body = problem(
        client.post(f"{V1}/instruments", b"x" * (middleware.MOST_BYTES + 1), content_type="text/plain"), 413
    )
    assert "5 MB" in body["detail"]


def test_a_page_takes_as_many_queries_for_fifty_as_for_five(client, world):
    def queries(limit: int) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as caught:
            assert len(client.get(f"{V1}/instruments", {"limit": limit}).json()["items"]) == limit
        return len(caught)

    for number in range(50):
        make_instrument(world, status="published", inventory_number=f"Q{number}")
    assert queries(5) == queries(50)


def test_the_description_is_openapi_and_has_a_page(client, world):
    schema = client.get(f"{V1}/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert schema["paths"]["/api/v1/instruments"]["get"]["summary"] == "已发布的仪器"
    page = client.get("/api/docs/").content.decode()
    for address, operations in schema["paths"].items():
        assert all(f"{method.upper()} {address}" in page for method in operations)
    assert "4300001200000012" in page


@pytest.mark.parametrize(
    "since",
    [
        "0693-08-12T13:32:58+18:12",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_times_at_the_ends_of_time(client, world, since):
    assert client.get(f"{V1}/instruments", {"updated_since": since}).status_code in (200, 422)

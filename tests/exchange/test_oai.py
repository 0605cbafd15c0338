"""OAI-PMH, asked by a stock client and by hand."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import sickle
from django.db import connection
from django.test.utils import CaptureQueriesContext
from sickle.oaiexceptions import BadArgument, CannotDisseminateFormat, IdDoesNotExist, NoRecordsMatch

from keyi.exchange import harvest
from keyi.exchange.oai import found
from keyi.review import workflow
from keyi.search.models import Document
from tests.factories import make_institution, make_instrument, make_platform

OAI = "{http://www.openarchives.org/OAI/2.0/}"


@pytest.fixture
def harvester(live_server, settings):
    settings.SITE_URL = live_server.url
    return sickle.Sickle(f"{live_server.url}/oai")


@pytest.fixture
def published(world):
    make_institution(world)
    make_platform(world)
    return [make_instrument(world, status="published", inventory_number=f"S{n}") for n in range(5)]


@pytest.mark.django_db(transaction=True)
def test_a_stock_client_harvests_everything(world, published, harvester, monkeypatch):
    monkeypatch.setattr(found, "PAGE", 2)
    workflow.perform(published[0], "take_down", world.lab_manager, comment="报废")
    about = harvester.Identify()
    assert (about.protocolVersion, about.deletedRecord, about.granularity) == (
        "2.0", "persistent", "YYYY-MM-DDThh:mm:ssZ",
    )  # fmt: skip
    assert [one.metadataPrefix for one in harvester.ListMetadataFormats()] == ["oai_dc", "datacite"]
    assert {one.setSpec for one in harvester.ListSets()} == {"city.430100", "city.430300", "class.010000"}
    rows = list(harvester.ListRecords(metadataPrefix="oai_dc"))
    numbers = [row.header.identifier.rpartition(":")[2] for row in rows]
    assert sorted(numbers) == sorted(record.code for record in published)
    assert [row.header.identifier for row in rows if row.deleted] == [f"oai:localhost:{published[0].code}"]
    said = next(row for row in rows if not row.deleted).metadata
    assert said["title"] == ["电感耦合等离子体发射光谱仪"]
    assert said["publisher"] == ["麓山大学"]
    assert said["identifier"][0].endswith(f"/instruments/{said['identifier'][1]}/")
    heads = list(harvester.ListIdentifiers(metadataPrefix="datacite"))
    assert [head.identifier for head in heads] == [row.header.identifier for row in rows]
    assert list(harvester.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True, set="city.430100"))
    one = harvester.GetRecord(identifier=f"oai:localhost:{published[1].code}", metadataPrefix="datacite")
    assert one.xml.find(".//{http://datacite.org/schema/kernel-4}publicationYear").text == str(
        datetime.now(UTC).year
    )


@pytest.mark.django_db(transaction=True)
def test_only_what_changed_since(published, harvester):
    Document.objects.filter(kind="instruments").exclude(object_id=published[2].pk).update(title="a")
    stamps = list(Document.objects.filter(kind="instruments").values_list("updated_at", flat=True))
    last = max(stamps) + timedelta(seconds=2)
    with pytest.raises(NoRecordsMatch):
        harvester.ListRecords(**{"metadataPrefix": "oai_dc", "from": last.strftime("%Y-%m-%dT%H:%M:%SZ")})
    first = min(stamps).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(list(harvester.ListRecords(**{"metadataPrefix": "oai_dc", "from": first}))) == 5
    day = max(stamps).strftime("%Y-%m-%d")
    assert len(list(harvester.ListRecords(metadataPrefix="oai_dc", until=day))) == 5


@pytest.mark.django_db(transaction=True)
def test_the_clients_exceptions_are_the_protocols(published, harvester):
    with pytest.raises(CannotDisseminateFormat):
        harvester.ListRecords(metadataPrefix="marc21")
    with pytest.raises(IdDoesNotExist):
        harvester.GetRecord(identifier="oai:localhost:nothing", metadataPrefix="oai_dc")
    with pytest.raises(BadArgument):
        harvester.ListRecords(metadataPrefix="oai_dc", until="yesterday")
    with pytest.raises(NoRecordsMatch):
        harvester.ListRecords(metadataPrefix="oai_dc", set="colour.red")


def error(client, query: str) -> str:
    response = client.get(f"/oai?{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
    return ElementTree.fromstring(response.content).find(f"{OAI}error").attrib["code"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"), ("verb=Dance", "badVerb"), ("verb=Identify&verb=Identify", "badArgument"),
        ("verb=Identify&x=1", "badArgument"), ("verb=ListRecords", "badArgument"), ("verb=GetRecord", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=a", "badArgument"),
        ("verb=ListRecords&resumptionToken=a", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=a", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=9999-12-31", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=0001-01-01", "noRecordsMatch"),
        ("verb=ListMetadataFormats&identifier=oai:x:1", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00%ff<script>", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=" + "x" * 3000, "badArgument"),
    ],
)  # fmt: skip
def test_errors_by_hand(client, query, code):
    assert error(client, query) == code


@pytest.mark.django_db
def test_post_is_get_and_the_request_is_repeated(client, published):
    response = client.post("/oai", {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"})
    root = ElementTree.fromstring(response.content)
    assert root.find(f"{OAI}request").attrib == {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    assert len(root.findall(f".//{OAI}header")) == 5
    assert ElementTree.fromstring(client.get("/oai?verb=x").content).find(f"{OAI}request").attrib == {}


@pytest.mark.django_db
def test_a_page_that_is_just_full_promises_no_more(client, published, monkeypatch):
    monkeypatch.setattr(found, "PAGE", 5)
    root = ElementTree.fromstring(client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").content)
    assert len(root.findall(f".//{OAI}header")) == 5
    assert root.find(f".//{OAI}resumptionToken") is None


@pytest.mark.django_db
def test_drafts_platforms_and_units_are_not_harvested(client, world):
    make_institution(world)
    make_platform(world)
    make_instrument(world)
    assert error(client, "verb=ListRecords&metadataPrefix=oai_dc") == "noRecordsMatch"


@pytest.mark.django_db
def test_as_many_queries_for_many_as_for_few(client, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc")
        return len(caught)

    make_instrument(world, status="published", inventory_number="A")
    few = queries()
    for number in range(10):
        make_instrument(world, status="published", inventory_number=f"B{number}")
    assert queries() == few


@pytest.mark.django_db
def test_who_asks_too_often_is_told_to_wait(client, monkeypatch):
    monkeypatch.setattr(harvest, "PER_MINUTE", 1)
    assert client.get("/oai?verb=Identify").status_code == 200
    waits = client.get("/oai?verb=Identify")
    assert (waits.status_code, int(waits["Retry-After"]) > 0) == (503, True)

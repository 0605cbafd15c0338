"""Instruments for programs: PIDINST, DataCite, schema.org, OpenSearch, site map, canonical addresses."""

import datetime as dt
import json
import re
from xml.etree import ElementTree as Xml

import pytest
from django.utils import timezone

from keyi.search.models import Document
from tests.catalogue.documents import publish_instrument, publish_unit

KERNEL = "{http://datacite.org/schema/kernel-4}"
# the obligations of PIDINST 1.0: property → whether it must be there, and the types of what stands in it
MANDATORY = {"identifier", "schemaVersion", "landingPage", "name", "owners", "manufacturers"}
KNOWN = MANDATORY | {
    "model", "description", "instrumentTypes", "measuredVariables", "dates", "relatedIdentifiers",
    "alternateIdentifiers",
}  # fmt: skip
ADDRESS = "http://testserver/instruments/{}/"


@pytest.fixture
def document(world, settings) -> Document:
    settings.SITE_URL = "http://testserver"
    return publish_instrument(world, name_en="ICP-OES", email="li@example.org", is_contact_public=True)


def test_pidinst_has_what_the_recommendation_asks_for(client, document):
    response = client.get(f"/instruments/{document.slug}/pidinst.json")
    found = response.json()
    assert response.headers["Content-Type"] == "application/json"
    assert (MANDATORY - found.keys(), found.keys() - KNOWN) == (set(), set())
    address = ADDRESS.format(document.slug)
    assert found == {
        "identifier": {"identifier": address, "identifierType": "URL"},
        "schemaVersion": "1.0",
        "landingPage": address,
        "name": "电感耦合等离子体发射光谱仪",
        "owners": [{
            "ownerName": "麓山大学", "ownerContact": "li@example.org",
            "ownerIdentifier": {"ownerIdentifier": "12430000MB00000192", "ownerIdentifierType": "USCC"},
        }],
        "manufacturers": [{"manufacturerName": "赛默飞世尔科技"}],
        "model": {"modelName": "iCAP 6300"},
        "description": "多元素同时测定\n波长 166～847 nm，分辨率 0.007 nm\n水样、土壤中金属元素的测定",
        "instrumentTypes": [{
            "instrumentTypeName": "光电直读光谱仪",
            "instrumentTypeIdentifier": {
                "instrumentTypeIdentifier": "010405",
                "instrumentTypeIdentifierType": "重大科研基础设施和大型科研仪器国家网络管理平台仪器分类",
            },
        }],
        "measuredVariables": ["水样多元素测定"],
        "dates": [{"date": "2012-07-01", "dateType": "Commissioned"}],
        "alternateIdentifiers": [{
            "alternateIdentifier": document.slug, "alternateIdentifierType": "Other",
            "alternateIdentifierName": "platform number",
        }],
    }  # fmt: skip


def test_contact_without_consent_is_in_no_export(client, world):
    document = publish_instrument(world, is_contact_public=False)
    for name in ("pidinst.json", "datacite.xml", ""):
        assert b"li@example.org" not in client.get(f"/instruments/{document.slug}/{name}").content


def test_datacite_names_the_maker_as_creator_and_the_owner_as_host(client, document):
    root = Xml.fromstring(client.get(f"/instruments/{document.slug}/datacite.xml").content)
    assert root.tag == f"{KERNEL}resource"
    text = {child.tag.removeprefix(KERNEL): " ".join("".join(child.itertext()).split()) for child in root}
    assert text == {
        "identifier": ADDRESS.format(document.slug),
        "creators": "赛默飞世尔科技",
        "titles": "电感耦合等离子体发射光谱仪ICP-OES",
        "publisher": "湖南省科研设施和科研仪器开放共享服务平台",
        "publicationYear": str(timezone.localdate().year),
        "resourceType": "Instrument",
        "subjects": "光电直读光谱仪",
        "contributors": "麓山大学",
        "dates": "2012-07-01",
        "language": "zh",
        "alternateIdentifiers": document.slug,
        "descriptions": (
            "多元素同时测定 波长 166～847 nm，分辨率 0.007 nm 水样、土壤中金属元素的测定iCAP 6300"
            "波长 166～847 nm，分辨率 0.007 nm"
        ),
    }
    attributes = {child.tag.removeprefix(KERNEL): child.attrib for child in root.iter() if child.attrib}
    assert attributes["resourceType"] == {"resourceTypeGeneral": "Instrument"}
    assert attributes["contributor"] == {"contributorType": "HostingInstitution"}
    assert attributes["creatorName"] == {"nameType": "Organizational"}
    assert attributes["date"] == {"dateType": "Available"}


def test_signs_that_xml_does_not_know_are_left_out(client, document):
    document.content["fields"]["function"] = "a\x08b\ufffe<&>"
    document.save()
    root = Xml.fromstring(client.get(f"/instruments/{document.slug}/datacite.xml").content)
    assert "ab<&>" in "".join(root.itertext())


def linked(client, url: str) -> list[dict]:
    page = client.get(url).content.decode()
    return [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    ]


def test_page_carries_linked_data(client, document):
    product, crumbs = linked(client, f"/instruments/{document.slug}/")
    address = ADDRESS.format(document.slug)
    assert (product["@type"], product["@id"], product["name"], product["alternateName"]) == (
        "IndividualProduct", address, "电感耦合等离子体发射光谱仪", "ICP-OES",
    )  # fmt: skip
    assert product["offers"] == [{
        "@type": "Offer", "url": address, "name": "水样多元素测定", "price": "100", "priceCurrency": "CNY",
        "offeredBy": {"@type": "CollegeOrUniversity", "name": "麓山大学", "identifier": "12430000MB00000192"},
        "availableAtOrFrom": {"@type": "Place", "name": "麓山大学", "address": "长沙市岳麓区麓山南路示范段 1 号"},
    }]  # fmt: skip
    assert [step["item"] for step in crumbs["itemListElement"]] == ["http://testserver/instruments/", address]


def test_linked_data_stay_in_the_records_language(client, document):
    client.cookies["django_language"] = "en"
    product = linked(client, f"/instruments/{document.slug}/")[0]
    assert product["offers"][0]["availableAtOrFrom"]["address"] == "长沙市岳麓区麓山南路示范段 1 号"


def test_record_cannot_break_out_of_the_linked_data(client, world):
    document = publish_instrument(world, name="</script><script>alert(1)</script>")
    page = client.get(f"/instruments/{document.slug}/").content.decode()
    assert "<script>alert(1)" not in page
    assert linked(client, f"/instruments/{document.slug}/")[0]["name"] == "</script><script>alert(1)</script>"


def test_unit_is_an_organisation_for_search_engines(client, world, settings):
    settings.SITE_URL = "http://testserver"
    document = publish_unit(world)
    assert linked(client, f"/units/{document.slug}/") == [{
        "@context": "https://schema.org", "@type": "CollegeOrUniversity", "@id": f"http://testserver/units/{document.slug}/",
        "name": "麓山大学", "url": f"http://testserver/units/{document.slug}/", "identifier": document.slug,
    }]  # fmt: skip


@pytest.mark.parametrize(
    "url", ["/", "/instruments/?q=x&page=2&sort=value", "/units/", "/notices/", "/guide/"]
)
def test_every_page_names_its_one_address_and_the_search(client, db, settings, url):
    settings.SITE_URL = "https://keyi.example.cn"
    page = client.get(url).content.decode()
    assert f'<link rel="canonical" href="https://keyi.example.cn{url.partition("?")[0]}">' in page
    assert 'type="application/opensearchdescription+xml" href="/opensearch.xml"' in page


def test_search_is_described_for_browsers(client, db, settings):
    settings.SITE_URL = "https://keyi.example.cn"
    root = Xml.fromstring(client.get("/opensearch.xml").content)
    urls = [node.attrib["template"] for node in root if node.tag.endswith("Url")]
    assert urls == [
        "https://keyi.example.cn/instruments/?q={searchTerms}&page={startPage?}",
        "https://keyi.example.cn/instruments.atom",
    ]


@pytest.mark.parametrize("name", ["pidinst.json", "datacite.xml", "label/", "report/", "qr.svg"])
def test_withdrawn_instrument_has_no_pages_for_machines(client, db, name):
    assert client.get(f"/instruments/4300000000000001/{name}").status_code == 404


def test_label_shows_number_and_code(client, document):
    page = client.get(f"/instruments/{document.slug}/label/").content.decode()
    assert document.slug in page
    assert f"/instruments/{document.slug}/qr.svg" in page


def test_hours_are_drawn_with_the_figures_beside(client, document):
    document.hours = {"2024": {"run": "1000.0", "ext": "250.0"}, "2025": {"run": "2000.0", "ext": "0.0"}}
    document.save()
    response = client.get(f"/instruments/{document.slug}/")
    pairs = [(pair.year, pair.run_height, pair.ext_height) for pair in response.context["chart"].pairs]
    assert pairs == [("2024", 45, 11), ("2025", 90, 0)]
    assert "运行 2,000 小时" in response.content.decode()


def test_nothing_is_drawn_without_hours(client, document):
    assert client.get(f"/instruments/{document.slug}/").context["chart"] is None


def test_site_map_is_split_and_names_the_last_change(client, document, monkeypatch):
    moment = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    Document.objects.filter(pk=document.pk).update(published_at=moment)
    index = client.get("/sitemap.xml").content.decode()
    assert "/sitemap-instruments.xml</loc><lastmod>2026-05-01" in index
    part = client.get("/sitemap-instruments.xml").content.decode()
    assert f"/instruments/{document.slug}/</loc><lastmod>2026-05-01" in part

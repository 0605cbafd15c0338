"""A published instrument as other systems describe instruments: PIDINST 1.0, DataCite 4 and schema.org.

PIDINST: RDA Recommendation, doi 10.15497/RDA00070; DataCite: the mapping of the PIDINST DataCite cookbook. Until a
persistent identifier is registered, the address of the page is the identifier.
"""

import re
from typing import Any
from xml.etree import ElementTree as Xml

from django.utils.translation import override

from keyi.accounts.choices import UnitNature

from .reading import InstrumentCopy

SCHEMA_VERSION = "1.0"  # of PIDINST
DATACITE = "http://datacite.org/schema/kernel-4"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA_ORG = "https://schema.org"
ORGANISATIONS = {UnitNature.UNIVERSITY: "CollegeOrUniversity", UnitNature.INSTITUTE: "ResearchOrganization"}
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CLASS_SCHEME = "重大科研基础设施和大型科研仪器国家网络管理平台仪器分类"
Json = dict[str, Any]


def description(copy: InstrumentCopy) -> str:
    """What it is for and its main figures, in the words of its unit."""
    parts = [copy.fields.get("function"), copy.fields.get("technical"), copy.fields.get("service_content")]
    return "\n".join(part for part in parts if part)


def _filled(values: Json) -> Json:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def pidinst(copy: InstrumentCopy, address: str) -> Json:
    """The properties of PIDINST 1.0 as its JSON schema writes them; what is unknown is left out."""
    fields, category = copy.fields, copy.fields.get("category") or {}
    return _filled({
        "identifier": {"identifier": address, "identifierType": "URL"},
        "schemaVersion": SCHEMA_VERSION,
        "landingPage": address,
        "name": copy.title,
        "owners": [_filled({
            "ownerName": copy.unit.get("name", ""),
            "ownerContact": copy.contact.get("email"),
            "ownerIdentifier": {"ownerIdentifier": copy.unit.get("slug", ""), "ownerIdentifierType": "USCC"},
        })],
        "manufacturers": [{"manufacturerName": fields.get("manufacturer") or copy.unit.get("name", "")}],
        "model": {"modelName": fields["model_name"]} if fields.get("model_name") else None,
        "description": description(copy),
        "instrumentTypes": [_instrument_type(category)] if category else [],
        "measuredVariables": [row["item"] for row in fields.get("fees") or [] if row.get("item")],
        "dates": _commissioned(fields),
        "alternateIdentifiers": [{
            "alternateIdentifier": copy.slug, "alternateIdentifierType": "Other",
            "alternateIdentifierName": "platform number",
        }],
    })  # fmt: skip


def _instrument_type(category: Json) -> Json:
    code = str(category.get("key", "")).rpartition(":")[2]
    identifier = {"instrumentTypeIdentifier": code, "instrumentTypeIdentifierType": CLASS_SCHEME}
    return _filled(
        {
            "instrumentTypeName": category.get("label", ""),
            "instrumentTypeIdentifier": identifier if code else None,
        }
    )


def _commissioned(fields: Json) -> list[Json]:
    started = fields.get("started_on")
    return [{"date": started, "dateType": "Commissioned"}] if started else []


def datacite(copy: InstrumentCopy, address: str, publisher: str) -> bytes:
    """One DataCite 4 resource: the maker is the creator, the owner the hosting institution."""
    fields = copy.fields
    root = Xml.Element("resource", {"xmlns": DATACITE})
    _add(root, "identifier", address, identifierType="URL")
    creator = _add(_add(root, "creators"), "creator")
    maker = fields.get("manufacturer") or copy.unit.get("name", "")
    _add(creator, "creatorName", maker, nameType="Organizational")
    titles = _add(root, "titles")
    _add(titles, "title", copy.title, **{XML_LANG: "zh"})
    if fields.get("name_en"):
        _add(titles, "title", fields["name_en"], titleType="TranslatedTitle", **{XML_LANG: "en"})
    _add(root, "publisher", publisher)
    _add(root, "publicationYear", str(copy.document.first_published_at.year))
    _add(root, "resourceType", "Instrument", resourceTypeGeneral="Instrument")
    _add_class(root, fields.get("category") or {})
    host = _add(_add(root, "contributors"), "contributor", contributorType="HostingInstitution")
    _add(host, "contributorName", copy.unit.get("name", ""), nameType="Organizational")
    if fields.get("started_on"):
        _add(_add(root, "dates"), "date", fields["started_on"], dateType="Available")
    _add(root, "language", "zh")
    _add(
        _add(root, "alternateIdentifiers"), "alternateIdentifier", copy.slug, alternateIdentifierType="Other"
    )
    _add_descriptions(root, copy)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_class(root: Xml.Element, category: Json) -> None:
    if category.get("label"):
        code = str(category.get("key", "")).rpartition(":")[2]
        subject = {"subjectScheme": CLASS_SCHEME, "classificationCode": code}
        _add(_add(root, "subjects"), "subject", category["label"], **subject)


def _add_descriptions(root: Xml.Element, copy: InstrumentCopy) -> None:
    texts = [
        ("Abstract", description(copy)),
        ("TechnicalInfo", copy.fields.get("model_name")),
        ("TechnicalInfo", copy.fields.get("technical")),
    ]
    if any(text for _kind, text in texts):
        found = _add(root, "descriptions")
        for kind, text in texts:
            if text:
                _add(found, "description", text, descriptionType=kind)


def _add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, attributes)
    element.text = NOT_IN_XML.sub("", text) or None
    return element


@override("zh-hans")
def linked_data(copy: InstrumentCopy, address: str, images: list[str]) -> Json:
    """schema.org, whose IndividualProduct is one identifiable thing. Always in the record's own language."""
    fields, unit = copy.fields, copy.unit
    place: Json = {"@type": "Place", "name": unit.get("name", ""), "address": copy.place or None}
    if fields.get("longitude") and fields.get("latitude"):
        place["geo"] = {
            "@type": "GeoCoordinates", "longitude": fields["longitude"], "latitude": fields["latitude"],
        }  # fmt: skip
    return _filled({
        "@context": SCHEMA_ORG,
        "@type": "IndividualProduct",
        "@id": address,
        "url": address,
        "name": copy.title,
        "alternateName": fields.get("name_en"),
        "description": description(copy),
        "category": copy.category,
        "manufacturer": {"@type": "Organization", "name": fields.get("manufacturer", "")},
        "model": {"@type": "ProductModel", "name": fields.get("model_name", "")},
        "identifier": {"@type": "PropertyValue", "propertyID": "平台统一编号", "value": copy.slug},
        "image": images,
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value} for name, value in copy.technical_rows
        ],
        "purchaseDate": fields.get("purchased_on"),
        "dateModified": copy.document.published_at.date().isoformat(),
        "offers": _offers(copy, address, place),
    })  # fmt: skip


def _offers(copy: InstrumentCopy, address: str, place: Json) -> list[Json]:
    """One for each line of 收费标准; without a price where it is by agreement."""
    unit = copy.unit
    seller = {
        "@type": ORGANISATIONS.get(unit.get("nature", ""), "Organization"),  # type: ignore[call-overload]
        "name": unit.get("name", ""),
        "identifier": unit.get("slug", ""),
    }
    rows = copy.fields.get("fees") or [{}]
    return [
        _filled({
            "@type": "Offer",
            "url": address,
            "name": row.get("item"),
            "price": None if row.get("negotiable") else row.get("external"),
            "priceCurrency": "CNY" if row.get("external") and not row.get("negotiable") else None,
            "offeredBy": seller,
            "availableAtOrFrom": _filled(place),
        })
        for row in rows
    ]  # fmt: skip


def breadcrumbs(*steps: tuple[str, str]) -> Json:
    """``steps``: name and full address, from the home page down."""
    return {
        "@context": SCHEMA_ORG,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(steps, start=1)
        ],
    }


def organisation(name: str, address: str, *, nature: str = "", uscc: str = "", website: str = "") -> Json:
    kind = ORGANISATIONS.get(nature, "Organization")  # type: ignore[call-overload]
    return _filled({
        "@context": SCHEMA_ORG, "@type": kind, "@id": address, "name": name, "url": website or address,
        "identifier": uscc,
    })  # fmt: skip

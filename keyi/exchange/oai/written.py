"""The protocol's answers as XML."""

import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from keyi.catalogue import metadata
from keyi.catalogue.reading import InstrumentCopy
from keyi.core.templatetags.ui import site_name
from keyi.search.models import Document

from . import found
from .arguments import PREFIXES, OaiError, Selection, host, identifier_of, stamp

OAI = "http://www.openarchives.org/OAI/2.0/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
FORMATS = {  # prefix → schema, namespace
    "oai_dc": ("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", OAI_DC),
    "datacite": ("http://schema.datacite.org/meta/kernel-4/metadata.xsd", metadata.DATACITE),
}
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
assert tuple(FORMATS) == PREFIXES


def _add(parent: Any, name: str, text: str = "", space: str = OAI, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{space}}}{name}", attributes)
    element.text = NOT_IN_XML.sub("", text) or None
    return element


def address() -> str:
    return f"{settings.SITE_URL}{reverse('oai')}"


def frame(said: dict[str, str]) -> Any:
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
    _add(root, "responseDate", stamp(timezone.now()))
    clean = {name: NOT_IN_XML.sub("", text) for name, text in said.items()}
    etree.SubElement(root, f"{{{OAI}}}request", clean).text = address()
    return root


def text_of(root: Any) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def add_error(root: Any, error: OaiError) -> None:
    _add(root, "error", error.text, code=error.code)


def identify(root: Any, earliest: Any) -> None:
    part = _add(root, "Identify")
    _add(part, "repositoryName", str(site_name()))
    _add(part, "baseURL", address())
    _add(part, "protocolVersion", "2.0")
    _add(part, "adminEmail", settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> "))
    _add(part, "earliestDatestamp", stamp(earliest))
    _add(part, "deletedRecord", "persistent")
    _add(part, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    scheme = etree.SubElement(
        _add(part, "description"), f"{{{IDENTIFIER}}}oai-identifier", nsmap={None: IDENTIFIER}
    )
    for name, text in (
        ("scheme", "oai"), ("repositoryIdentifier", host()), ("delimiter", ":"),
        ("sampleIdentifier", identifier_of("4300001200000012")),
    ):  # fmt: skip
        _add(scheme, name, text, IDENTIFIER)


def list_formats(root: Any) -> None:
    part = _add(root, "ListMetadataFormats")
    for prefix, (schema, namespace) in FORMATS.items():
        one = _add(part, "metadataFormat")
        _add(one, "metadataPrefix", prefix)
        _add(one, "schema", schema)
        _add(one, "metadataNamespace", namespace)


def list_sets(root: Any) -> None:
    part = _add(root, "ListSets")
    for spec, name in found.sets():
        one = _add(part, "set")
        _add(one, "setSpec", spec)
        _add(one, "setName", name)


def add_header(parent: Any, row: Any) -> None:
    is_there = isinstance(row, Document)
    header = _add(parent, "header", **({} if is_there else {"status": "deleted"}))
    _add(header, "identifier", identifier_of(row.slug))
    _add(header, "datestamp", stamp(row.updated_at if is_there else row.at))
    for spec in found.sets_of(row) if is_there else []:
        _add(header, "setSpec", spec)


def add_record(parent: Any, row: Any, prefix: str) -> None:
    record = _add(parent, "record")
    add_header(record, row)
    if isinstance(row, Document):
        body = _add(record, "metadata")
        copy, page = InstrumentCopy(row), f"{settings.SITE_URL}{reverse('instrument', args=[row.slug])}"
        body.append(_datacite(copy, page) if prefix == "datacite" else _dublin_core(copy, page))


def _datacite(copy: InstrumentCopy, page: str) -> Any:
    return etree.fromstring(metadata.datacite(copy, page, str(site_name())))


def _dublin_core(copy: InstrumentCopy, page: str) -> Any:
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} {FORMATS['oai_dc'][0]}")
    fields = copy.fields
    said = (
        ("title", copy.title), ("title", fields.get("name_en")), ("creator", fields.get("manufacturer")),
        ("subject", (fields.get("category") or {}).get("label")),
        *(("subject", item.get("label")) for item in fields.get("subjects") or []),
        ("description", metadata.description(copy)), ("publisher", copy.unit.get("name")),
        ("date", copy.document.first_published_at.date().isoformat()), ("type", "PhysicalObject"),
        ("identifier", page), ("identifier", copy.slug), ("language", "zh"), ("coverage", copy.place),
    )  # fmt: skip
    for name, text in said:
        if text:
            _add(root, name, text, DC)
    return root


def add_token(parent: Any, following: Selection | None, *, is_resumed: bool) -> None:
    """An empty one ends a list that came in parts."""
    if following is not None:
        _add(parent, "resumptionToken", following.token)
    elif is_resumed:
        _add(parent, "resumptionToken")

"""SOAP 1.1, both ways: one method, three texts in, one text out. Foreign XML is read without entities or network."""

from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from lxml import etree

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
CONTENT_TYPE = "text/xml; charset=utf-8"
METHOD = "instruInfo"
PARTS = ("insCode", "instruType", "instruList")
TIMEOUT = 30  # seconds
LONGEST = 1024 * 1024  # of an answer, in bytes


class Unreachable(Exception):
    """Nobody answered, or not in this language. The text says what happened."""


@dataclass(frozen=True)
class Call:
    ins_code: str
    kind: str
    records: str  # one JSON object, or several in a list
    namespace: str = ""


class NoRedirect(HTTPRedirectHandler):
    """Personal data go to the address that was set and to no other."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def call(address: str, namespace: str, ins_code: str, kind: int, records: str) -> str:
    """The text that came back. Raises Unreachable."""
    body = envelope(METHOD, namespace, dict(zip(PARTS, (ins_code, str(kind), records), strict=True)))
    headers = {"Content-Type": CONTENT_TYPE, "SOAPAction": '""'}
    request = Request(address, data=body, headers=headers, method="POST")  # noqa: S310  the operator sets it
    try:
        with build_opener(NoRedirect).open(request, timeout=TIMEOUT) as answer:
            return answer_of(answer.read(LONGEST))
    except HTTPError as error:
        raise Unreachable(_fault(error)) from error
    except (URLError, OSError, ValueError) as error:
        raise Unreachable(str(getattr(error, "reason", error))[:300]) from error


def _fault(error: HTTPError) -> str:
    try:
        text = answer_of(error.read(LONGEST))
    except (Unreachable, OSError):
        text = ""
    return f"HTTP {error.code} {text}".strip()[:300]


def envelope(name: str, namespace: str, parts: dict[str, str]) -> bytes:
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    body = etree.SubElement(root, f"{{{ENVELOPE}}}Body")
    method = etree.SubElement(body, _named(name, namespace), nsmap={"ns": namespace} if namespace else None)
    for part, text in parts.items():
        etree.SubElement(method, part).text = text
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _named(name: str, namespace: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def _body(content: bytes) -> etree._Element:
    """The method or answer inside the envelope. Raises Unreachable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
        if root.getroottree().docinfo.doctype:
            raise Unreachable("DOCTYPE")
        return root.find(f"{{{ENVELOPE}}}Body")[0]  # type: ignore[index]
    except (etree.XMLSyntaxError, TypeError, IndexError, ValueError) as error:
        raise Unreachable("no SOAP 1.1 envelope") from error


def answer_of(content: bytes) -> str:
    """All text of the answer: its parts are named differently from place to place. Raises Unreachable."""
    return "".join(str(text) for text in _body(content).itertext()).strip()


def read_call(content: bytes) -> Call:
    """A request to our receiving end, whatever namespace it uses. Raises Unreachable."""
    method = _body(content)
    if etree.QName(method).localname != METHOD:
        raise Unreachable(f"no method {METHOD}")
    children = [child for child in method if isinstance(child.tag, str)]
    named = {etree.QName(child).localname: child.text or "" for child in children}
    if not set(PARTS) <= named.keys():  # arg0, arg1, arg2: the order counts
        named = dict(zip(PARTS, (child.text or "" for child in children), strict=False))
    if not set(PARTS) <= named.keys():
        raise Unreachable("insCode, instruType, instruList")
    code, kind, records = (named[part] for part in PARTS)
    return Call(code, kind, records, etree.QName(method).namespace or "")


def response(namespace: str, text: str) -> bytes:
    return envelope(f"{METHOD}Response", namespace, {"return": text})


def fault(text: str) -> bytes:
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    part = etree.SubElement(etree.SubElement(root, f"{{{ENVELOPE}}}Body"), f"{{{ENVELOPE}}}Fault")
    etree.SubElement(part, "faultcode").text = "soap:Client"
    etree.SubElement(part, "faultstring").text = text
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)

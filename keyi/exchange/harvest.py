"""/oai: one address that answers every verb of OAI-PMH."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from keyi.accounts.address import client_address
from keyi.accounts.limits import MINUTE, spend
from keyi.search.models import Document

from .oai import arguments, found, written
from .oai.arguments import OaiError

PER_MINUTE = 300
CONTENT_TYPE = "text/xml; charset=utf-8"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    spent = spend("oai", client_address(request), limit=PER_MINUTE, period=MINUTE)
    if not spent.is_allowed:
        return HttpResponse(status=503, headers={"Retry-After": str(spent.seconds)})
    query = request.POST if request.method == "POST" else request.GET
    try:
        verb, said = arguments.read(query)
    except OaiError as error:
        root = written.frame({})
        written.add_error(root, error)
        return HttpResponse(written.text_of(root), content_type=CONTENT_TYPE)
    root = written.frame({"verb": verb, **said})
    try:
        _answer(root, verb, said)
    except OaiError as error:
        if error.code == "badArgument":
            root = written.frame({})
        written.add_error(root, error)
    return HttpResponse(written.text_of(root), content_type=CONTENT_TYPE)


def _answer(root: Any, verb: str, said: dict[str, str]) -> None:
    match verb:
        case "Identify":
            first = Document.objects.filter(kind=found.KIND).order_by("updated_at").first()
            written.identify(root, first.updated_at if first else timezone.now())
        case "ListMetadataFormats":
            if "identifier" in said:
                found.one(arguments.slug_of(said["identifier"]))
            written.list_formats(root)
        case "ListSets":
            if "resumptionToken" in said:
                raise OaiError("badResumptionToken", "This list comes in one part.")
            written.list_sets(root)
        case "GetRecord":
            arguments.check_prefix(said["metadataPrefix"])
            row = found.one(arguments.slug_of(said["identifier"]))
            part = written.etree.SubElement(root, f"{{{written.OAI}}}GetRecord")
            written.add_record(part, row, said["metadataPrefix"])
        case _:
            _list(root, verb, said)


def _list(root: Any, verb: str, said: dict[str, str]) -> None:
    chosen = arguments.selection(said)
    rows, following = found.page(chosen)
    part = written.etree.SubElement(root, f"{{{written.OAI}}}{verb}")
    for row in rows:
        if verb == "ListRecords":
            written.add_record(part, row, chosen.prefix)
        else:
            written.add_header(part, row)
    written.add_token(part, following, is_resumed="resumptionToken" in said)

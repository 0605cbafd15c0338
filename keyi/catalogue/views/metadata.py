"""Each instrument for programs, and the description of the search for browsers."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from keyi.catalogue import metadata
from keyi.catalogue.figures import INSTRUMENTS
from keyi.catalogue.reading import InstrumentCopy
from keyi.core.templatetags.ui import site_name
from keyi.search.models import Document


def landing_page(slug: str) -> str:
    """The stable address of an instrument: the site's own, whoever asks by which name."""
    return f"{settings.SITE_URL}{reverse('instrument', args=[slug])}"


def _copy(slug: str) -> InstrumentCopy:
    document = Document.objects.filter(kind=INSTRUMENTS, slug=slug).first()
    if document is None:
        raise Http404
    return InstrumentCopy(document)


@require_safe
def pidinst(request: HttpRequest, slug: str) -> HttpResponse:
    found = metadata.pidinst(_copy(slug), landing_page(slug))
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def datacite(request: HttpRequest, slug: str) -> HttpResponse:
    found = metadata.datacite(_copy(slug), landing_page(slug), str(site_name()))
    return HttpResponse(found, content_type="application/xml; charset=utf-8")


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """OpenSearch 1.1: browsers and other systems can offer the platform's search."""
    context = {"site": settings.SITE_URL}
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "catalogue/opensearch.xml", context, content_type=kind)

import io
from typing import Any

import segno
from django.conf import settings
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyi.accounts.pace import paced
from keyi.catalogue import comparing, filters, find, metadata, platforms
from keyi.catalogue.charts import hours_chart
from keyi.catalogue.facts import certificates, facts
from keyi.catalogue.figures import INSTRUMENTS
from keyi.catalogue.forms import FindForm
from keyi.catalogue.reading import InstrumentCopy
from keyi.codes.models import CodeItem
from keyi.core.pages import page_number, paginate, render_page
from keyi.records.choices import InstrumentKind
from keyi.records.present import Part, sections
from keyi.search.models import Document

from .metadata import landing_page

SIMILAR = 4


@require_safe
@paced("search")
def instrument_list(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    is_valid = form.is_valid()
    q = form.cleaned_data["q"] if is_valid else ""
    sort = form.cleaned_data["sort"]
    chosen = filters.chosen_in(request.GET)
    literal = form.cleaned_data["literal"]
    results = find.Results(q, chosen, sort, page_number(request), literal=literal)
    page = paginate(request, results, find.PER_PAGE)
    return render_page(
        request,
        "catalogue/instrument_list.html",
        {
            "form": form,
            "q": q,
            "words": results.answer.marked,
            "also": results.answer.also,
            "literal": literal,
            "total": results.total,
            "page": page,
            "copies": [InstrumentCopy(document) for document in page] if is_valid else [],
            "nearest": [InstrumentCopy(document) for document in results.nearest()] if q else [],
            "is_preparing": results.is_preparing,
            "filters": filters.options(chosen, results.answer),
            "chips": filters.chips(request.GET, q, chosen),
            "sort": sort,
            "usual_sort": find.usual_order(q),
            "kinds": find.kind_links(q, INSTRUMENTS, results.total) if is_valid else [],
            "chosen_cities": chosen.get("city"),
            "tiles": filters.tiles(request.GET, chosen, results.answer.counts),
            **_picks(request, page),
            **_links(request.GET, sort, literal),
        },
        status=200 if is_valid else 422,
    )


def _links(query: QueryDict, sort: str, literal: bool) -> dict[str, Any]:
    """The same search in another order, another view, or with other names."""
    return {
        "query": query.urlencode(),
        "sorts": find.sort_links(query, sort),
        "is_cards": query.get("view") == "cards",
        "views": find.view_links(query),
        "literal_url": find.literal_link(query, literal),
    }


def _picks(request: HttpRequest, page: Page) -> dict[str, list[str]]:
    """What was picked to be compared, and what of it does not stand on this page."""
    picks = comparing.picked(request.GET)
    here = {document.slug for document in page}
    return {"picks": picks, "kept_picks": [slug for slug in picks if slug not in here]}


@require_safe
@paced("search")
def instrument_filter(request: HttpRequest, name: str) -> HttpResponse:
    """Everything that can be chosen in one filter of the list, with the rest of the search kept."""
    if name not in filters.NAMES:
        raise Http404
    form = FindForm(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    chosen = filters.chosen_in(request.GET)
    group = filters.all_options(
        name,
        chosen,
        find.Results(
            q, chosen, form.cleaned_data["sort"], literal=form.cleaned_data["literal"], whole=name
        ).answer.counts,
    )
    rest = [
        (key, value) for key, values in request.GET.lists() if key not in (name, "page") for value in values
    ]
    back = f"{reverse('instrument-list')}?{request.GET.urlencode()}"
    return render_page(request, "catalogue/filter.html", {"group": group, "kept": rest, "back": back})


@require_safe
def instrument(request: HttpRequest, slug: str) -> HttpResponse:
    document = Document.objects.filter(kind=INSTRUMENTS, slug=slug).first()
    if document is None:
        return render_page(request, "catalogue/gone.html", _gone_instrument(), status=404)
    copy = InstrumentCopy(document)
    class_key = document.facets.get("class", "")
    return render_page(request, "catalogue/instrument.html", {
        "copy": copy,
        "facts": facts(copy),
        "certificates": certificates(copy),
        "platforms": platforms.named_by(document),
        "facility": facility_part(document),
        "class": CodeItem.objects.filter(pk=class_key).first(),
        "similar": [InstrumentCopy(other) for other in similar(document)],
        **_for_machines(copy),
    })  # fmt: skip


def _for_machines(copy: InstrumentCopy) -> dict[str, Any]:
    """The page's one address, and what search engines and messengers show of it."""
    address = landing_page(copy.slug)
    images = [f"{settings.SITE_URL}{reverse('public-file', args=[photo['token']])}" for photo in copy.photos]
    steps = [
        (_("Instruments and facilities"), f"{settings.SITE_URL}{reverse('instrument-list')}"),
        (copy.title, address),
    ]
    return {
        "canonical": address,
        "share_image": images[0] if images else "",
        "linked_data": [metadata.linked_data(copy, address, images), metadata.breadcrumbs(*steps)],
        "chart": hours_chart(copy.yearly),
    }


@require_safe
def label(request: HttpRequest, slug: str) -> HttpResponse:
    """To be printed and stuck on the instrument."""
    document = Document.objects.filter(kind=INSTRUMENTS, slug=slug).first()
    if document is None:
        raise Http404
    return render_page(request, "catalogue/label.html", {"copy": InstrumentCopy(document)})


def facility_part(document: Document) -> Part | None:
    """What a 设施 says beyond an instrument."""
    if document.facets.get("kind") != InstrumentKind.FACILITY:
        return None
    parts = sections(INSTRUMENTS, document.content, skip_absent=True)
    return next((part for part in parts if part.slug == "facility"), None)


def similar(document: Document) -> list[Document]:
    """Published instruments of the same class: of the same city first, then the newest."""
    category, city = document.facets.get("category", ""), document.facets.get("city", "")
    same = (
        Document.objects.public(INSTRUMENTS)
        .filter(facets__contains={"category": category})
        .exclude(pk=document.pk)
    )
    near = list(same.filter(facets__contains={"city": city}).defer("text")[:SIMILAR])
    far = same.exclude(facets__contains={"city": city}).defer("text")[: SIMILAR - len(near)]
    return [*near, *far]


def _gone_instrument() -> dict[str, str]:
    return {
        "title": _("This instrument is not on the portal"),
        "text": _(
            "Either the number in the address is wrong, or the unit has taken the instrument offline. "
            "Look for it by name, or for another instrument of the same kind."
        ),
        "column": _("Instruments and facilities"),
        "url": reverse("instrument-list"),
        "button": _("Search instruments"),
    }


@require_safe
def instrument_qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's address as a QR code, as a file of its own: the content policy wants it so."""
    if not Document.objects.filter(kind=INSTRUMENTS, slug=slug).exists():
        raise Http404
    address = landing_page(slug)
    image = io.BytesIO()
    segno.make(address, error="m").save(image, kind="svg", scale=4, border=2, light="#fff")
    return HttpResponse(
        image.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"}
    )

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyi.catalogue import find, metadata, units
from keyi.catalogue.figures import INSTITUTIONS
from keyi.catalogue.forms import UnitFindForm
from keyi.catalogue.reading import InstrumentCopy, UnitCopy
from keyi.core.pages import paginate, render_page
from keyi.search.models import Document


@require_safe
def unit_list(request: HttpRequest) -> HttpResponse:
    form = UnitFindForm(request.GET)
    is_valid = form.is_valid()
    asked = form.cleaned_data if is_valid else {}
    page = paginate(request, units.find(**asked) if is_valid else Document.objects.none(), 20)
    numbers = units.instruments_per_unit([document.slug for document in page])
    copies = [UnitCopy(document) for document in page]
    for copy in copies:
        copy.instrument_count = numbers.get(copy.slug, 0)
    return render_page(
        request,
        "catalogue/unit_list.html",
        {
            "form": form,
            "page": page,
            "copies": copies,
            "is_narrowed": any(asked.values()),
            "kinds": find.kind_links(asked.get("q", ""), INSTITUTIONS, page.paginator.count),
        },
        status=200 if is_valid else 422,
    )


@require_safe
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    document = Document.objects.filter(kind=INSTITUTIONS, slug=slug).first()
    if document is None:
        return render_page(request, "catalogue/gone.html", _gone_unit(), status=404)
    page = paginate(request, units.instruments_of(slug), 12)
    return render_page(request, "catalogue/unit.html", {
        "copy": UnitCopy(document),
        "linked_data": [_organisation(document)],
        "page": page,
        "instruments": [InstrumentCopy(other) for other in page],
    })  # fmt: skip


def _organisation(document: Document) -> metadata.Json:
    """The unit for search engines."""
    fields = document.content.get("fields", {})
    address = f"{settings.SITE_URL}{reverse('unit', args=[document.slug])}"
    return metadata.organisation(
        document.title, address, nature=fields.get("nature") or "", uscc=document.slug,
        website=fields.get("website") or "",
    )  # fmt: skip


def _gone_unit() -> dict[str, str]:
    return {
        "title": _("This unit is not on the portal"),
        "text": _("Either the address is wrong, or the unit has not been published or was taken offline."),
        "column": _("Units"),
        "url": reverse("unit-list"),
        "button": _("See all units"),
    }

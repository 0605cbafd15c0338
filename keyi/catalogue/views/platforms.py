from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyi.accounts.choices import UnitNature
from keyi.catalogue import find, metadata, platforms
from keyi.catalogue.figures import PLATFORMS
from keyi.catalogue.forms import PlatformFindForm
from keyi.catalogue.reading import InstrumentCopy, PlatformCopy
from keyi.core.pages import paginate, render_page
from keyi.search.models import Document


@require_safe
def platform_list(request: HttpRequest) -> HttpResponse:
    form = PlatformFindForm(request.GET, types=platforms.types())
    is_valid = form.is_valid()
    asked = form.cleaned_data if is_valid else {}
    page = paginate(request, platforms.find(asked) if is_valid else Document.objects.none(), 20)
    copies = [PlatformCopy(document) for document in page]
    numbers = platforms.instruments_per_platform([copy.slug for copy in copies])
    for copy in copies:
        copy.instrument_count = numbers[copy.slug]
    return render_page(
        request,
        "catalogue/platform_list.html",
        {
            "form": form,
            "page": page,
            "copies": copies,
            "is_narrowed": any(asked.values()),
            "kinds": find.kind_links(asked.get("q", ""), PLATFORMS, page.paginator.count),
        },
        status=200 if is_valid else 422,
    )


@require_safe
def platform(request: HttpRequest, slug: str) -> HttpResponse:
    document = Document.objects.filter(kind=PLATFORMS, slug=slug).first()
    if document is None:
        return render_page(request, "catalogue/gone.html", _gone_platform(), status=404)
    page = paginate(request, platforms.instruments_of(slug), 12)
    return render_page(request, "catalogue/platform.html", {
        "copy": PlatformCopy(document),
        "linked_data": [_organisation(document)],
        "holdings": platforms.holdings(slug),
        "page": page,
        "instruments": [InstrumentCopy(other) for other in page],
    })  # fmt: skip


def _organisation(document: Document) -> metadata.Json:
    """The platform for search engines."""
    address = f"{settings.SITE_URL}{reverse('platform', args=[document.slug])}"
    website = document.content.get("fields", {}).get("website") or ""
    return metadata.organisation(document.title, address, nature=UnitNature.INSTITUTE, website=website)


def _gone_platform() -> dict[str, str]:
    return {
        "title": _("This innovation platform is not on the portal"),
        "text": _(
            "Either the address is wrong, or the platform has not been published or was taken offline."
        ),
        "column": _("Innovation platforms"),
        "url": reverse("platform-list"),
        "button": _("See all innovation platforms"),
    }

"""What programs read: robots.txt, site map, Atom feed of new instruments."""

from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyi.catalogue.figures import INSTITUTIONS, INSTRUMENTS, PLATFORMS
from keyi.catalogue.models import Notice
from keyi.catalogue.reading import InstrumentCopy
from keyi.search.models import Document

PRIVATE = ("/work/", "/review/", "/account/", "/inbox/", "/content/", "/login/", "/register/", "/password/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


class Copies(Sitemap):
    """Published records of one kind."""

    limit = 10_000

    def __init__(self, kind: str, route: str) -> None:
        self.kind, self.route = kind, route

    def items(self):
        return Document.objects.filter(kind=self.kind).order_by("pk").only("slug", "published_at")

    def get_latest_lastmod(self):
        """One look into the index; Django's own way reads every row."""
        return Document.objects.filter(kind=self.kind).aggregate(last=Max("published_at"))["last"]

    def location(self, item: Document) -> str:
        return reverse(self.route, args=[item.slug])

    def lastmod(self, item: Document):
        return item.published_at


class Notices(Sitemap):
    def items(self):
        return Notice.objects.public()

    def location(self, item: Notice) -> str:
        return reverse("notice", args=[item.pk])

    def lastmod(self, item: Notice):
        return item.updated_at


class Pages(Sitemap):
    def items(self) -> list[str]:
        return [
            "home",
            "instrument-list",
            "unit-list",
            "platform-list",
            "notices",
            "downloads",
            "statistics",
            "guide",
            "faq",
            "privacy",
            "terms",
            "accessibility",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {
    "pages": Pages,
    "instruments": Copies(INSTRUMENTS, "instrument"),
    "units": Copies(INSTITUTIONS, "unit"),
    "platforms": Copies(PLATFORMS, "platform"),
    "notices": Notices,
}


class NewInstruments(Feed):
    feed_type = Atom1Feed
    title = _("New instruments")
    subtitle = _("The instruments and facilities published last on the platform.")

    def link(self) -> str:
        return reverse("instrument-list")

    def items(self) -> list[InstrumentCopy]:
        return [
            InstrumentCopy(document) for document in Document.objects.public(INSTRUMENTS).defer("text")[:30]
        ]

    def item_title(self, item: InstrumentCopy) -> str:
        return f"{item.title} {item.fields.get('model_name', '')}".strip()

    def item_description(self, item: InstrumentCopy) -> str:
        return f"{item.unit.get('name', '')}。{item.summary}"

    def item_link(self, item: InstrumentCopy) -> str:
        return reverse("instrument", args=[item.slug])

    def item_updateddate(self, item: InstrumentCopy):
        return item.document.published_at

    def item_pubdate(self, item: InstrumentCopy):
        return item.document.first_published_at

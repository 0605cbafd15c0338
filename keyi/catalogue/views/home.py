from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyi.catalogue import figures, find
from keyi.catalogue.models import Download, Notice
from keyi.catalogue.reading import InstrumentCopy
from keyi.core.pages import render_page

# until visitors' searches are counted: what is searched for, in the language of the records, and its label
HOT_WORDS = (
    ("光谱", _("Spectrometer")),
    ("色谱", _("Chromatograph")),
    ("质谱", _("Mass spectrometer")),
    ("显微镜", _("Microscope")),
    ("离心机", _("Centrifuge")),
    ("PCR", "PCR"),
)
NEWEST = 4
LINES = 5
CLASSES = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """门户首页: nine queries at most, however much is published."""
    now = figures.instrument_figures()
    names = find.class_labels()
    classes = figures.rank(now.classes, names)[:CLASSES]
    return render_page(request, "catalogue/home.html", {
        "figures": now,
        "unit_count": figures.count_units(),
        "platform_count": figures.count_platforms(),
        "tiles": figures.city_tiles(now.cities),
        "classes": [{"code": code, "label": names[code], "number": now.classes[code]} for code in classes],
        "class_count": len(names),
        "newest": [InstrumentCopy(document) for document in figures.newest_instruments(NEWEST)],
        "notices": Notice.objects.public()[:LINES],
        "downloads": Download.objects.public()[:LINES],
        "hot_words": HOT_WORDS,
    })  # fmt: skip

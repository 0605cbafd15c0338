from django.contrib.sitemaps import views as sitemap_views
from django.urls import path, re_path, register_converter
from django.views.decorators.http import require_safe

from .views import (
    comparing,
    content,
    files,
    home,
    instruments,
    machines,
    metadata,
    platforms,
    reports,
    staff,
    statistics,
    suggest,
    texts,
    titles,
    units,
)


class PartConverter:
    """``<part:part>``: the two lists staff keep."""

    regex = "notices|downloads"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(PartConverter, "part")

urlpatterns = [
    path("", home.home, name="home"),
    path("suggest/", suggest.suggest, name="suggest"),
    path("instruments/", instruments.instrument_list, name="instrument-list"),
    path("instruments/compare/", comparing.compare, name="instrument-compare"),
    path("instruments/export/", comparing.export_list, name="instrument-export"),
    path("instruments/filters/<slug:name>/", instruments.instrument_filter, name="instrument-filter"),
    path("instruments/<slug:slug>/", instruments.instrument, name="instrument"),
    path("instruments/<slug:slug>/label/", instruments.label, name="instrument-label"),
    path("instruments/<slug:slug>/report/", reports.report, name="instrument-report"),
    path("instruments/<slug:slug>/pidinst.json", metadata.pidinst, name="instrument-pidinst"),
    path("instruments/<slug:slug>/datacite.xml", metadata.datacite, name="instrument-datacite"),
    path("work/reports/", reports.error_reports, name="error-reports"),
    path("work/reports/<int:pk>/", reports.answer_report, name="error-report-answer"),
    path("instruments/<slug:slug>/qr.svg", instruments.instrument_qr, name="instrument-qr"),
    path("statistics/", statistics.statistics_page, name="statistics"),
    path("statistics/<slug:name>.csv", statistics.statistics_file, name="statistics-file"),
    path("units/", units.unit_list, name="unit-list"),
    path("units/<slug:slug>/", units.unit, name="unit"),
    path("platforms/", platforms.platform_list, name="platform-list"),
    path("platforms/<slug:slug>/", platforms.platform, name="platform"),
    re_path(r"^files/(?P<token>[0-9a-f]{32})/$", files.public_file, name="public-file"),
    re_path(r"^files/(?P<token>[0-9a-f]{32})/small/$", files.small_picture, name="small-picture"),
    path("notices/", content.notices, name="notices"),
    path("notices/<int:pk>/", content.notice, name="notice"),
    path("downloads/", content.downloads, name="downloads"),
    path("downloads/<int:pk>/", content.download, name="download"),
    path("content/", staff.content, name="content"),
    path("content/<part:part>/add/", staff.edit, name="content-add"),
    path("content/<part:part>/<int:pk>/", staff.edit, name="content-edit"),
    path("content/<part:part>/<int:pk>/show/", staff.show, name="content-show"),
    path("content/<part:part>/<int:pk>/delete/", staff.delete, name="content-delete"),
    path("content/downloads/<int:pk>/move/", staff.move, name="download-move"),
    *(path(f"{name}/", texts.text_page, {"name": name}, name=name) for name in titles.TEXTS),
    path("site-map/", texts.site_map, name="site-map"),
    path("instruments.atom", require_safe(machines.NewInstruments()), name="feed"),
    path("opensearch.xml", metadata.opensearch, name="opensearch"),
    path("robots.txt", machines.robots, name="robots"),
    path(
        "sitemap.xml",
        require_safe(sitemap_views.index),
        {"sitemaps": machines.SITEMAPS, "sitemap_url_name": "sitemap-part"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml",
        require_safe(sitemap_views.sitemap),
        {"sitemaps": machines.SITEMAPS},
        name="sitemap-part",
    ),
]

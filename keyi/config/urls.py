"""Every address of the site, one include per app."""

from django.urls import URLPattern, URLResolver, include, path

from . import health, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("keyi.core.urls")),
    path("", include("keyi.accounts.urls")),
    path("", include("keyi.inbox.urls")),
    path("", include("keyi.codes.urls")),
    path("work/", include("keyi.records.urls")),
    path("work/labs/", include("keyi.records.labs.urls")),
    path("work/accounts/", include("keyi.accounts.subaccounts.urls")),
    path("work/upkeep/", include("keyi.reporting.urls")),
    path("", include("keyi.reporting.progress_urls")),
    path("work/services/", include("keyi.services.urls")),
    path("work/imports/", include("keyi.sheets.urls")),
    path("administrator-change/", include("keyi.records.handover.urls")),
    path("review/", include("keyi.records.reviewing.urls")),
    path("", include("keyi.exchange.urls")),
    path("", include("keyi.oversight.urls")),
    path("", include("keyi.api.urls")),
    path("", include("keyi.catalogue.urls")),
    path("", include("keyi.catalogue.codes_admin.urls")),
]

handler400 = "keyi.core.errors.bad_request"
handler403 = "keyi.core.errors.permission_denied"
handler404 = "keyi.core.errors.not_found"
handler500 = "keyi.core.errors.server_error"

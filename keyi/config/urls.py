"""Every address of the site, one include per app."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("keyi.core.urls")),
]

handler400 = "keyi.core.errors.bad_request"
handler403 = "keyi.core.errors.permission_denied"
handler404 = "keyi.core.errors.not_found"
handler500 = "keyi.core.errors.server_error"

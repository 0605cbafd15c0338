"""Every page of the site, and a bare view of as many bytes as asked for."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from keyi.config.urls import handler400, handler403, handler404, handler500
from keyi.config.urls import urlpatterns as site


def bare(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(b"x" * size)


urlpatterns = [*site, path("bench/bare/<int:size>/", bare)]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

"""Middleware of the site as a whole."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponse]


def language(get_response: Handler) -> Handler:
    """Chinese, unless this browser chose English with the switch (``set-language``).

    Django's own middleware would follow ``Accept-Language`` and show an official Chinese site in English to
    everyone whose browser is set up in English.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        response = get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


NOT_USED = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
OPEN_TO_OTHERS = "/files/"  # public pictures: the national platform shows them on its own pages


def headers(get_response: Handler) -> Handler:
    """What browsers need not allow here, and who may build our answers into pages of their own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NOT_USED)
        origin = "cross-origin" if request.path.startswith(OPEN_TO_OTHERS) else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", origin)
        return response

    return middleware

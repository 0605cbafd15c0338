"""What every template knows about the site itself. No query."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .views import LARGE_TEXT


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site": settings.SITE,
        "is_large_text": request.COOKIES.get(LARGE_TEXT) == "1",
        "canonical_here": f"{settings.SITE_URL}{request.path}",  # without filters, order and page
        "here": request.get_full_path() if request.method in ("GET", "HEAD") else "/",
    }

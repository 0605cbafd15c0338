"""What every template knows about the site itself. No query."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .views import LARGE_TEXT

FRAME_KEPT = 300  # seconds: head and foot are the same on every page of a column


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site": settings.SITE,
        "column": request.path.partition("/")[2].partition("/")[0],  # which link of the frame is marked
        "frame_kept": FRAME_KEPT,
        "is_large_text": request.COOKIES.get(LARGE_TEXT) == "1",
        "canonical_here": f"{settings.SITE_URL}{request.path}",  # without filters, order and page
        "here": request.get_full_path() if request.method in ("GET", "HEAD") else "/",
    }

"""The pages for what went wrong: what happened and what to do next. Named as Django's handlers are."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when the request was larger than the site takes."""
    too_large = type(exception).__name__ in ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
    return _page(request, 413 if too_large else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token has run out: mostly a session that ended in another tab."""
    return render(request, "errors/csrf.html", status=403)


def is_full(error: BaseException | None) -> bool:
    """Whether a file could not be written for want of room."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without the frame: nothing here may need the database, the session or the signed-in person.

    503 when it was the database that did not answer, or a full disk: whoever asks again later may get an answer.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError) or is_full(error):
        return HttpResponse(render_to_string("errors/503.html"), status=503, headers={"Retry-After": "10"})
    return HttpResponse(render_to_string("errors/500.html"), status=500)

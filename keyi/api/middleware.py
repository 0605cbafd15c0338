"""Before any address of the API: how much may be sent, and how often may be asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from keyi.accounts.address import client_address
from keyi.accounts.limits import MINUTE, Spent, spend

from .problems import Problem, response

PREFIX = "/api/v1/"
MOST_BYTES = 5 * 1024 * 1024
MOST_BYTES_OF_FILES = 25 * 1024 * 1024  # each place for files says how much it takes
PER_MINUTE = 600  # requests of one network address


class Limits:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        spent = spend("api", client_address(request), limit=PER_MINUTE, period=MINUTE)
        answer = self._answer(request, spent)
        answer["RateLimit-Limit"], answer["RateLimit-Remaining"] = str(PER_MINUTE), str(spent.left)
        answer["RateLimit-Reset"] = str(spent.seconds)
        return answer

    def _most(self, request: HttpRequest) -> int:
        is_file = request.content_type == "multipart/form-data" and request.path.startswith(f"{PREFIX}work/")
        return MOST_BYTES_OF_FILES if is_file else MOST_BYTES

    def _answer(self, request: HttpRequest, spent: Spent) -> HttpResponse:
        if not spent.is_allowed:
            detail = _("You asked too often. Wait %(seconds)d seconds, then go on.") % {
                "seconds": spent.seconds
            }
            return response(Problem(429, detail, headers={"Retry-After": str(spent.seconds)}))
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or len(length) > 12 or int(length) > self._most(request):
            return response(Problem(413, _("The request is larger than 5 MB. Send it in several parts.")))
        return self.get_response(request)

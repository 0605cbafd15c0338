"""Before any address of the API: how much may be sent, and how often may be asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from keyi.accounts.address import client_address
from keyi.accounts.limits import MINUTE, Spent, spend

from .problems import Problem, response

PREFIX = "/api/v1/"
MOST_BYTES = 5 * 1024 * 1024
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

    def _answer(self, request: HttpRequest, spent: Spent) -> HttpResponse:
        if not spent.is_allowed:
            detail = _("You asked too often. Wait %(seconds)d seconds, then go on.") % {
                "seconds": spent.seconds
            }
            return response(Problem(429, detail, headers={"Retry-After": str(spent.seconds)}))
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > MOST_BYTES:
            return response(Problem(413, _("The request is larger than 5 MB. Send it in several parts.")))
        return self.get_response(request)

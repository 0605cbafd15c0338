"""What went wrong, as RFC 9457 has it: the same sentences people read on the pages, for programs."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from http.client import responses
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """Ends the request with this answer. ``errors``: [{"field": …, "message": …}]."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] = {},
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors or [], headers


def response(problem: Problem) -> HttpResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = problem.errors
    text = json.dumps(body, ensure_ascii=False)
    headers = dict(problem.headers)
    return HttpResponse(text, status=problem.status, content_type=CONTENT_TYPE, headers=headers)


def described(*statuses: int) -> dict[int, dict[str, Any]]:
    """As OpenAPI describes answers: {status: response object}."""
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    return {status: {"description": responses[status], "content": content} for status in statuses}


def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address below /api/ that there is not."""
    return response(
        Problem(404, _("There is nothing at this address. The list of addresses is at /api/docs/."))
    )


def of_invalid(errors: list[Any]) -> Problem:
    """Parameters or a body that do not fit: which, and why."""
    told = [{"field": ".".join(map(str, error["loc"][1:])), "message": _message(error)} for error in errors]
    return Problem(422, _("The request has something in it that cannot be understood."), errors=told)


def _message(error: dict[str, Any]) -> str:
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("This is missing.")
        case "greater_than_equal":
            return _("Write %(limit)s or more.") % {"limit": limits["ge"]}
        case "less_than_equal":
            return _("Write %(limit)s or less.") % {"limit": limits["le"]}
        case "string_too_long":
            return _("At most %(limit)s characters.") % {"limit": limits["max_length"]}
        case kind if kind.startswith("int"):
            return _("Write a whole number.")
        case kind if kind.startswith(("datetime", "timezone")):
            return _("Write a time, for example 2026-03-01T00:00:00+08:00.")
    return str(error["msg"])

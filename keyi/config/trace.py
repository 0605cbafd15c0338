"""Each request has a number: it stands in the answer, in every line of output, and in the log of actions."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware

from keyi.accounts.address import client_address
from keyi.audit import context

from . import metrics

HEADER = "X-Request-Id"
NUMBER = re.compile(r"[0-9A-Za-z-]{8,32}")
SLOW = 0.5  # seconds, of one question to the database
LONGEST_SQL = 2_000
access, slow = logging.getLogger("keyi.access"), logging.getLogger("keyi.slow")
Handler = Callable[[HttpRequest], HttpResponse]


def trace(get_response: Handler) -> Handler:
    """The first middleware that does something: around all others."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        number = _number(request)
        context.enter(context.Origin(client_address(request), number))
        try:
            with connection.execute_wrapper(_watch):
                response = get_response(request)
            _note(request, response, time.perf_counter() - started)
        finally:
            context.leave()
        response[HEADER] = number
        return response

    return middleware


class Versions(HistoryMiddleware):
    """What this request changes says, in the versions of the rows, who asked for it from where."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        origin = context.current()
        user = getattr(request, "user", None)
        return {"user": user and user.pk, "address": origin.address, "request": origin.request}


def _number(request: HttpRequest) -> str:
    """Our proxy's, where there is one; else a new one."""
    given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    return given if NUMBER.fullmatch(given) else uuid.uuid4().hex


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """What was asked, without the words after the question mark: people type names there."""
    status = response.status_code
    name = request.resolver_match.view_name if request.resolver_match else ""
    metrics.count(request.method or "", name, status, seconds)
    if settings.LOGS_ACCESS:
        user = getattr(request, "user", None)
        access.info(
            "%s %s %d", request.method, request.path, status,
            extra={"ms": round(seconds * 1000), "view": name, "user": getattr(user, "pk", None)},
        )  # fmt: skip


def _watch(execute: Any, sql: str, params: Any, many: bool, around: dict[str, Any]) -> Any:
    """A slow question is told without its values: they are people's data."""
    started = time.perf_counter()
    try:
        return execute(sql, params, many, around)
    finally:
        seconds = time.perf_counter() - started
        if seconds > SLOW:
            slow.warning("%.2f s: %s", seconds, sql[:LONGEST_SQL], extra={"ms": round(seconds * 1000)})

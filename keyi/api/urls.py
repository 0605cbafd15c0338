"""/api/v1 and its description."""

import logging
from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from keyi.core.errors import is_full

from . import changes, docs, pages, problems, public
from .problems import Problem
from .work import me, records, services, years

# Said here rather than at each address, where every code would be a model of its own to be made at each start.
REFUSALS = (400, 401, 403, 404, 409, 413, 422, 429)


class Api(NinjaAPI):
    @cache  # noqa: B019  there is one API, and making its description is the dearest of all requests
    def _schema(self, language: str) -> Any:
        """With the refusals of what asks for a token, and the content type that problems really have."""
        schema = super().get_openapi_schema()
        for item in schema["paths"].values():
            for operation in item.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {problems.CONTENT_TYPE: answer["content"].popitem()[1]}
                if "security" in operation:
                    operation["responses"] |= problems.described(*REFUSALS)
        return schema

    def get_openapi_schema(self, **_options: Any) -> Any:
        """The options are of use where the API's own address has parameters."""
        return self._schema(get_language() or "")


api = Api(
    title="科仪 Keyi", version="1", docs_url=None, openapi_url="/openapi.json", urls_namespace="api",
    description="Published instruments, platforms and units of a province, and what units write by their own systems.",
)  # fmt: skip
api.add_router("", public.router)
api.add_router("", changes.router)
for part in (me, records, years, services):
    api.add_router("/work", part.router)


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return problems.response(error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.response(problems.of_invalid(error.errors))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database does not answer: asking again in a moment may help."""
    logging.getLogger("django.request").error("The database does not answer: %s", request.path)
    detail = _("The database does not answer just now. Nothing was saved; ask again in a moment.")
    return problems.response(Problem(503, detail, headers={"Retry-After": "10"}))


@api.exception_handler(OSError)
def full(request: HttpRequest, error: OSError) -> HttpResponse:
    """No room for a file: it may be tried again once the operator has made some."""
    if not is_full(error):
        raise error
    logging.getLogger("django.request").error("The disk is full: %s", request.path)
    detail = _("There is no room for files just now. Nothing was saved; ask again later.")
    return problems.response(Problem(503, detail, headers={"Retry-After": "60"}))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.response(Problem(error.status_code, str(error)))


urlpatterns: list[Any] = [
    path("api/docs/", docs.docs, name="api-docs"),
    path("account/tokens/", pages.tokens, name="tokens"),
    path("account/tokens/new/", pages.token_create, name="token-create"),
    path("account/tokens/<int:pk>/revoke/", pages.token_revoke, name="token-revoke"),
    path("api/v1/", api.urls),
    path("api/", problems.not_found, name="api-root"),
    path("api/<path:rest>", problems.not_found, name="api-nothing"),
]

"""/api/docs: the description of the API as a page of the site, made from its schema."""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

CODE = re.compile(r"[a-z0-9_-]{1,20}|/api/.*")
TAGS = ("public", "work")
METHODS = ("get", "post", "put", "patch", "delete")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    from .urls import api  # noqa: PLC0415  the addresses name this page

    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    operations = list(_operations(schema))
    parts = [(tag, [one for one in operations if tag in one["tags"]]) for tag in TAGS]
    return render(request, "api/docs.html", {"parts": parts, "schema_url": "/api/v1/openapi.json"})


def _operations(schema: dict[str, Any]) -> Any:
    for address, item in schema["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                answers = {str(status): answer for status, answer in operation["responses"].items()}
                yield {
                    "tags": operation.get("tags", []),
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "address": address,
                    "summary": operation.get("summary", ""),
                    "description": _shown(operation.get("description", "")),
                    "parameters": [_parameter(one) for one in operation.get("parameters", [])],
                    "fields": _fields(_content(operation.get("requestBody", {}))),
                    "status": next(iter(answers)),
                    "example": _shown_example(_content(next(iter(answers.values()))), schema),
                }


def _parameter(one: dict[str, Any]) -> dict[str, str]:
    said = one.get("description") or one.get("schema", {}).get("description", "")
    return {"name": one["name"], "place": one["in"], "description": _shown(said)}


def _shown(text: str) -> str:
    """In the reader's language; the empty text would be the heading of the translations."""
    return gettext(text) if text else ""


def _content(part: dict[str, Any]) -> dict[str, Any]:
    """The schema of a request's or an answer's body."""
    for content in part.get("content", {}).values():
        return content["schema"]
    return {}


def _fields(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields that may be sent; of a batch, those of one of its records."""
    if any(one.get("format") == "binary" for one in body.get("properties", {}).values()):
        return []  # a file: the operation's description says how to send it
    properties = body.get("properties", {})
    batch = properties.get("items", {}).get("items", {}).get("properties")
    return [
        {"name": name, "label": one.get("title", ""), "lines": _lines(one.get("description", ""))}
        for name, one in (batch or properties).items()
        if name not in ("edits", "form_key")
    ]


def _lines(description: str) -> list[tuple[str, str]]:
    """(value, meaning) for each line; the value is empty where the line is a sentence."""
    parts = [_part(line) for line in description.splitlines()]
    return [
        (value, label) if sep and CODE.fullmatch(value) else ("", value + sep + label)
        for value, sep, label in parts
    ]


def _part(line: str) -> tuple[str, str, str]:
    return (line, ": ", "") if line.startswith("/api/") else line.partition(": ")


def _shown_example(body: dict[str, Any], schema: dict[str, Any]) -> str:
    return json.dumps(_example(body, schema), ensure_ascii=False, indent=2) if body else ""


def _example(part: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """A made-up answer from the examples that stand in the schema."""
    if name := part.get("$ref"):
        part = schema["components"]["schemas"][name.rpartition("/")[2]]
    if examples := part.get("examples"):
        return examples[0]
    if options := [one for one in part.get("anyOf", []) if one.get("type") != "null"]:
        return _example(options[0], schema, depth)
    if properties := part.get("properties"):
        return {key: _example(one, schema, depth + 1) for key, one in properties.items()} if depth < 6 else {}
    match part.get("type"):
        case "array":
            return [_example(part.get("items", {}), schema, depth + 1)]
        case "integer":
            return 1
        case "boolean":
            return False
        case "object":
            return {}
    return "2026-03-01T08:00:00Z" if part.get("format") == "date-time" else ""

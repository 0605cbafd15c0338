"""Numbers of persons are shown masked; the whole of one is shown on click to who may see it, and that is written down
(PIPL 51).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keyi.core.text import mask_email, mask_name, mask_phone

KEPT_OF_A_NUMBER = 2


def _mask_number(text: str) -> str:
    return f"{text[:KEPT_OF_A_NUMBER]}****"


def _mask_month(text: str) -> str:
    return f"{text[:4]}-**"


MASKS: dict[str, Callable[[str], str]] = {
    "mobile": mask_phone,
    "admin_mobile": mask_phone,
    "admin_qq": _mask_number,
    "admin_wechat": _mask_number,
    "admin_birth_month": _mask_month,
    "birth_month": _mask_month,
    "applicant": mask_name,
    "applicant_tel": mask_phone,
    "applicant_email": mask_email,
    "applicantPhone": mask_phone,  # as the national platform's messages call them
    "applicantEmail": mask_email,
}


def mask(name: str, text: str) -> str:
    """The text of this field as everybody may see it; of another field, and nothing, as it is."""
    return MASKS[name](text) if text and name in MASKS else text


Record = Callable[..., Any]


def answer(request: HttpRequest, record: Record, obj: models.Model, values: dict[str, str]) -> HttpResponse:
    """The values whole, by their labels, in place of the masked ones or as a page of their own.

    ``record`` is the log's function, which lies above this package.
    """
    record(request.user, "personal.shown", obj, fields=sorted(values))
    is_piece = bool(getattr(request, "htmx", False))
    template = "components/shown.html" if is_piece else "core/shown.html"
    page = urlsplit(request.headers.get("Referer", ""))
    back = page.path if page.netloc == request.get_host() else ""
    response = render(request, template, {"values": values, "back": back})
    response["Cache-Control"] = "no-store"
    return response

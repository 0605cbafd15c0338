"""Requests that may be sent twice: with an Idempotency-Key the second one does nothing and gets the first's answer."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status

from keyi.accounts.limits import one_at_a_time

from .models import KeptAnswer, Token
from .problems import Problem

HEADER = "Idempotency-Key"
LONGEST = 100
KEPT = timedelta(days=7)
Deed = Callable[..., tuple[int, Any]]


def once(deed: Deed) -> Callable[..., Status[Any]]:
    """All or nothing, and with a key only once. What was refused may be sent again under the same key."""

    @wraps(deed)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Status[Any]:
        key = request.headers.get(HEADER, "")
        if not key:
            with transaction.atomic():
                return Status(*deed(request, *args, **kwargs))
        if len(key) > LONGEST or not key.isascii() or not key.isprintable():
            detail = _("The %(header)s may be at most %(most)d letters and digits long.")
            raise Problem(422, detail % {"header": HEADER, "most": LONGEST})
        token: Any = request.auth  # type: ignore[attr-defined]
        with one_at_a_time(f"answer:{token.pk}:{key}"):
            known = _answered(token, key, _print(request))
            return Status(*(known or _kept(token, key, _print(request), deed(request, *args, **kwargs))))

    return guarded


def _print(request: HttpRequest) -> str:
    """What was asked. Uploads are told by their content, whatever their envelope says."""
    found = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.FILES:
        uploads: list[tuple[str, Any]] = sorted(request.FILES.items())
        for name, file in uploads:
            found.update(f"{name}\n".encode())
            for chunk in file.chunks():
                found.update(chunk)
            file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()


def _answered(token: Token, key: str, request: str) -> tuple[int, Any] | None:
    kept = KeptAnswer.objects.filter(token=token, key=key, at__gt=timezone.now() - KEPT).first()
    if kept is None:
        return None
    if kept.request != request:
        detail = _("This %(header)s was used for another request. Take a new one.")
        raise Problem(422, detail % {"header": HEADER})
    return kept.http_status, kept.body


def _kept(token: Token, key: str, request: str, answer: tuple[int, Any]) -> tuple[int, Any]:
    status, body = answer
    plain = json.loads(json.dumps(body, cls=DjangoJSONEncoder))
    KeptAnswer.objects.filter(token=token, key=key).delete()  # one that is past its time
    KeptAnswer.objects.create(token=token, key=key, request=request, http_status=status, body=plain)
    return status, body


def forget_old() -> int:
    """Delete answers that are past their time."""
    return KeptAnswer.objects.filter(at__lte=timezone.now() - KEPT).delete()[0]

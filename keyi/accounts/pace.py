"""How often one address may ask for what costs much. Counted in each process, in memory: asking must stay cheap."""

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from .address import client_address

MINUTE = 60.0
MOST_KNOWN = 10_000  # addresses; beyond, the one that asked longest ago is forgotten
_lock = Lock()
_counts: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()
View = Callable[..., HttpResponse]


def seconds_to_wait(what: str, who: str, per_minute: int, *, now: float | None = None) -> int:
    """0 when one more is allowed, which is counted; else the seconds until the minute is over."""
    moment = time.monotonic() if now is None else now
    with _lock:
        started, count = _counts.pop((what, who), (moment, 0))
        if moment - started >= MINUTE:
            started, count = moment, 0
        is_allowed = count < per_minute
        _counts[what, who] = started, count + is_allowed
        while len(_counts) > MOST_KNOWN:
            _counts.popitem(last=False)
    return 0 if is_allowed else max(1, int(started + MINUTE - moment))


def paced(what: str) -> Callable[[View], View]:
    """429 with a page that says when to go on, for an address that asks more often than the settings allow."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = seconds_to_wait(what, client_address(request) or "", settings.ASKED_PER_MINUTE)
            if not wait:
                return view(request, *args, **kwargs)
            page = render_to_string("errors/429.html", {"seconds": wait})
            return HttpResponse(page, status=429, headers={"Retry-After": str(wait)})

        return guarded

    return decorate

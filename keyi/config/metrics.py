"""Figures for Prometheus: counted in every web process, and looked up in the database when they are asked for."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the processes of one machine add up; read by the library
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_own = CollectorRegistry()
REQUESTS = Counter("keyi_requests_total", "Requests answered", ["method", "view", "status"], registry=_own)
SECONDS = Histogram("keyi_request_seconds", "Time to answer", ["view"], buckets=BUCKETS, registry=_own)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# name, what it is, the question: one number, or label and number
LOOKED_UP = (
    (
        "keyi_jobs_waiting",
        "Jobs that wait for the worker",
        "SELECT count(*) FROM procrastinate_jobs"
        " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())",
    ),
    (
        "keyi_jobs_failed",
        "Jobs that failed for good",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'",
    ),
    (
        "keyi_instruments_waiting_review",
        "Instruments that wait for the province",
        "SELECT count(*) FROM records_instrument WHERE status = 'endorsed'",
    ),
    ("keyi_published", "Public copies", "SELECT count(*) FROM search_document"),
)


def count(method: str, view: str, status: int, seconds: float) -> None:
    """An unknown method or address is counted without its name: anybody could invent any number of them."""
    REQUESTS.labels(method if method in METHODS else "other", view or "none", str(status)).inc()
    SECONDS.labels(view or "none").observe(seconds)


class _LookedUp:
    def collect(self) -> Any:
        with connection.cursor() as cursor:
            for name, what, question in LOOKED_UP:
                cursor.execute(question)
                yield GaugeMetricFamily(name, what, value=cursor.fetchone()[0])


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For who knows ``KEYI_METRICS_TOKEN``; without one there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)
    else:
        registry.register(_OwnProcess())
    registry.register(_LookedUp())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _OwnProcess:
    def collect(self) -> Any:
        yield from _own.collect()

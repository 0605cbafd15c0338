"""How long the pages of progress take: a unit of 10,000 instruments, and a province of 200,000.

Beside each page stand two floors measured in the same run: the bare SQL sum it rests on, and a bare Django page.
``make bench`` runs it; it fails when a page is slower than promised.
"""

import statistics
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from bench.scratch import YEAR, province  # first: it names the database
from keyi.accounts.models import OrgUnit
from keyi.config.urls import urlpatterns as site

RUNS = 15
MOST_QUERIES = 12
SUM = """
    SELECT i.{column}, count(*), count(*) FILTER (WHERE y.has_staff AND y.has_operation),
           count(*) FILTER (WHERE y.has_staff AND NOT y.has_operation),
           count(*) FILTER (WHERE y.has_operation AND NOT y.has_staff)
    FROM records_instrument i LEFT JOIN reporting_upkeepyear y ON y.instrument_id = i.id AND y.year = %s
    WHERE i.is_public AND i.booked_on <= make_date(%s, 12, 31) {where} GROUP BY i.{column}
"""


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.username)


urlpatterns = [*site, path("bench/bare/", bare)]


def milliseconds(act: Callable[[], object]) -> tuple[float, float]:
    """Median and worst of the runs, after two that warm up."""
    act(), act()
    times = []
    for _run in range(RUNS):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), max(times)


def sum_of(column: str, where: str = "", *values: int) -> Callable[[], object]:
    def run() -> object:
        with connection.cursor() as cursor:
            cursor.execute(SUM.format(column=column, where=where), [YEAR, YEAR, *values])
            return cursor.fetchall()

    return run


def line(name: str, times: tuple[float, float], note: str = "") -> None:
    print(f"  {name:<58} {times[0]:7.1f} ms   worst {times[1]:7.1f} ms   {note}")


def page(client: Client, name: str, url: str, limit: int) -> bool:
    """Measure one page; whether it keeps its promise."""
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url)
    queries = len(caught)
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}")
    times = milliseconds(lambda: client.get(url))
    is_kept = times[0] <= limit and queries <= MOST_QUERIES
    line(name, times, f"{queries} queries, {len(response.content) // 1024} KB, at most {limit} ms: "
                      f"{'kept' if is_kept else 'BROKEN'}")  # fmt: skip
    return is_kept


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def main() -> int:
    settings.ROOT_URLCONF = "bench.progress"
    with province() as world:
        unit, reviewer = signed_in(world.unit_admin), signed_in(world.reviewer)
        big = world.university.pk
        below = OrgUnit.objects.filter(parent=big).values_list("pk", flat=True)
        departments = [str(key) for key in below]
        print("Floors")
        line("bare Django page of a signed-in person", milliseconds(lambda: unit.get("/bench/bare/")))
        line(
            "bare SQL sum of the unit by laboratory",
            milliseconds(sum_of("unit_id", "AND i.institution_id = %s", big)),
        )
        line("bare SQL sum of the province by unit", milliseconds(sum_of("institution_id")))
        print("Pages")
        kept = [
            page(unit, "unit of 10,000 in 500 laboratories", "/work/progress/", 150),
            page(unit, "the same, one department", f"/work/progress/?department={departments[0]}", 150),
            page(
                unit,
                "the same, everything unfolded",
                f"/work/progress/?open={'&open='.join(departments)}",
                150,
            ),
            page(reviewer, "province of 200,000 in 711 units", "/province/progress/", 500),
            page(reviewer, "the same, the units of one name", "/province/progress/?q=1", 500),
            page(reviewer, "one unit for the province", f"/province/progress/{big}/", 150),
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())

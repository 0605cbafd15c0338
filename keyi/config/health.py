"""Whether the program works, for supervisors and monitors."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain")


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all: who gets nothing may start it anew."""
    return _plain("ok")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 “ok” when the database answers, 503 when it does not."""
    return _plain("ok") if _database_answers() else _plain("the database does not answer", 503)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when visitors may be sent here: the database answers and has the shape this version expects."""
    if not _database_answers():
        return _plain("the database does not answer", 503)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return _plain("migrations are missing", 503)
    return _plain("ok")

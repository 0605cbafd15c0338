"""操作日志: the log of actions to search and to take away."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.audit import log
from keyi.audit.models import Entry
from keyi.core.pages import paginate
from keyi.sheets.exporting import csv_lines

from .actions import label
from .entries import LogFilter, readable
from .versions import MODELS

MOST_EXPORTED = 200_000
BATCH = 2_000


@login_required
@require_safe
def action_log(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    user = request.user
    if not (may_somewhere(user, Capability.AUDIT) or may_somewhere(user, Capability.MANAGE_ACCOUNTS)):
        raise PermissionDenied
    filters = LogFilter(request.GET or None)
    found = filters.apply(readable(user)).select_related("actor")
    if "export" in request.GET:
        log.record(user, "log.export", user, query=request.GET.urlencode()[:500])
        return _export(found)
    page = paginate(request, found, 50)
    for entry in page:
        entry.said = label(entry.action)
        entry.row = _row_of(entry)
    return render(
        request,
        "oversight/log.html",
        {"page": page, "filters": filters, "is_auditor": may_somewhere(user, Capability.AUDIT)},
    )


def _row_of(entry: Entry) -> str:
    """The name under which the versions of its row are shown, if they are kept."""
    name = entry.kind.partition(".")[2]
    return name if name in MODELS and entry.object_id.isdecimal() else ""


def _export(found: Any) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        csv_lines(_headings(), _rows(found)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="log-{timezone.localdate():%Y%m%d}.csv"'
    return response


def _headings() -> list[str]:
    return [
        _("Time"), pgettext("log", "Who"), _("Account name"), pgettext("log", "What was done"),
        pgettext("log", "To what"), _("Network address"), pgettext("log", "Details"),
    ]  # fmt: skip


def _rows(found: Any) -> Iterator[list[Any]]:
    for entry in found[:MOST_EXPORTED].iterator(BATCH):
        actor = entry.actor
        yield [
            f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}", actor.real_name if actor else "",
            actor.username if actor else "", str(label(entry.action)), entry.label, entry.address or "",
            "; ".join(f"{name}={value}" for name, value in sorted(entry.data.items())),
        ]  # fmt: skip

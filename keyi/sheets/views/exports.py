"""导出: a list with its filters, as Excel or CSV."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.audit import log
from keyi.core.xlsx import sheet_response, write_sheet
from keyi.sheets import exporting, lists
from keyi.sheets.columns import label
from keyi.sheets.sheet import Sheet


@login_required
@require_safe
def sheet_export(request: HttpRequest, sheet: Sheet) -> HttpResponse | FileResponse | StreamingHttpResponse:
    if not may_somewhere(request.user, Capability.VIEW):
        raise PermissionDenied
    found = lists.found(sheet, request)
    log.record(
        request.user, "list.export", request.user, sheet=sheet.slug, query=request.GET.urlencode()[:500]
    )
    name = f"{label(sheet.label)}-{timezone.localdate():%Y%m%d}"
    heads, rows = exporting.headings(sheet), exporting.rows(sheet, found)
    if request.GET.get("as") != "csv":
        return sheet_response(write_sheet(label(sheet.label), heads, rows), f"{name}.xlsx")
    response = StreamingHttpResponse(exporting.csv_lines(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""The statistics page, and each of its tables as a file."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from keyi.catalogue import figures, statistics
from keyi.core.csvtext import safe
from keyi.core.pages import render_page

BOM = "\ufeff"  # so that Excel reads the file as UTF-8


@require_safe
def statistics_page(request: HttpRequest) -> HttpResponse:
    whole, tables = statistics.all_tables()
    context = {
        "whole": whole,
        "unit_count": figures.count_units(),
        "platform_count": figures.count_platforms(),
        "tables": tables,
        "day": timezone.localdate(),
    }
    return render_page(request, "catalogue/statistics.html", context)


@require_safe
def statistics_file(request: HttpRequest, name: str) -> HttpResponse:
    table = statistics.table_of(name)
    if table is None:
        raise Http404
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([str(heading) for heading in table.headings])
    for row in table.rows:
        writer.writerow([safe(str(row.label)), *("" if value is None else value for value in row.figures)])
    response = HttpResponse(BOM + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="statistics-{name}.csv"'
    return response

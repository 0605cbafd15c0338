"""Notices and downloads as a visitor sees them."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from keyi.catalogue.models import Download, Notice
from keyi.core.pages import paginate, render_page


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    return render_page(
        request, "catalogue/notices.html", {"page": paginate(request, Notice.objects.public())}
    )


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    return render_page(
        request, "catalogue/notice.html", {"notice": get_object_or_404(Notice.objects.public(), pk=pk)}
    )


@require_safe
def downloads(request: HttpRequest) -> HttpResponse:
    return render_page(request, "catalogue/downloads.html", {"downloads": Download.objects.public()})


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Always saved, never shown by the browser, under the title it has on the page."""
    item = get_object_or_404(Download.objects.public(), pk=pk)
    return FileResponse(
        item.file.open("rb"),
        as_attachment=True,
        filename=item.file_name,
        content_type="application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )

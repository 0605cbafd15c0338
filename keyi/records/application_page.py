"""下载预填申请书."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from keyi.accounts.roles import Capability
from keyi.audit import log

from .application import application_docx, from_institution
from .models import Institution

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_GET
def application_form(request: HttpRequest, pk: int) -> HttpResponse:
    """下载预填申请书: the paper form as a Word file, filled from what was typed."""
    records = Institution.objects.for_user(request.user, Capability.VIEW).select_related("unit", "division")
    record = get_object_or_404(records, pk=pk)
    log.record(request.user, "application.download", record)
    response = HttpResponse(application_docx(from_institution(record)), content_type=DOCX)
    response["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E5%B9%B3%E5%8F%B0%E7%94%B3%E8%AF%B7%E4%B9%A6.docx"
    )
    return response

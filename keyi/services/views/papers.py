"""合同, 发票 and 报告 of a service record."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyi.accounts.roles import Capability
from keyi.audit import log
from keyi.records import uploads
from keyi.records.views import serve
from keyi.services import access, present
from keyi.services.forms.papers import PAPERS, PaperForm
from keyi.services.models import ServiceFile, ServiceRecord


@login_required
@require_POST
@transaction.atomic
def add(request: HttpRequest, pk: int) -> HttpResponse:
    record = access.get_kept(request.user, pk)
    form = PaperForm(request.POST, request.FILES)
    if not access.may_write(request.user, record):
        messages.warning(
            request, _("The year %(year)s is closed, so nothing was saved.") % {"year": record.year}
        )
        return redirect("service", pk)
    if form.is_valid():
        try:
            file = uploads.attach(
                record, PAPERS[form.cleaned_data["slot"]], form.cleaned_data["paper"], request.user
            )
        except ValidationError as error:
            form.add_error("paper", error)
        else:
            log.record(request.user, "service.paper", record, file=file.name)
            messages.success(request, _("“%(name)s” is added.") % {"name": file.name})
            return redirect(f"{request.path.removesuffix('papers/')}#papers")
    context = {
        "record": record,
        "parts": present.parts(record),
        "papers": present.papers(record),
        "may_write": True,
        "keeps": True,
        "form": form,
    }
    return render(request, "services/service.html", context, status=422)


@login_required
@require_POST
@transaction.atomic
def remove(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    record = access.get_kept(request.user, pk)
    if access.may_write(request.user, record):
        uploads.withdraw(record, token)
        log.record(request.user, "service.paper_removed", record, token=token)
    else:
        messages.warning(
            request, _("The year %(year)s is closed, so nothing was saved.") % {"year": record.year}
        )
    return redirect("service", pk)


@login_required
@require_GET
def paper(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """One paper for those who may see its record."""
    rows = ServiceRecord.objects.for_user(request.user, Capability.VIEW)
    file = ServiceFile.objects.filter(record__in=rows, token=token, removed_at__isnull=True).first()
    if file is None:
        raise Http404
    return serve(file)

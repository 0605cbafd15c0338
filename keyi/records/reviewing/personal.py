"""A number of a person in a record, whole, on click; the look is written down."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.audit import log
from keyi.core import personal
from keyi.records import present
from keyi.records.kinds import Kind
from keyi.review import workflow

from .page import content_to_review


@login_required
@require_POST
def record_personal(request: HttpRequest, kind: Kind, pk: int, field: str) -> HttpResponse:
    """What the working copy says to who keeps it; to a reviewer what was last submitted."""
    record = get_object_or_404(kind.model.objects.for_user(request.user, Capability.VIEW), pk=pk)
    if field not in personal.MASKS or field not in kind.form.base_fields:
        raise Http404
    keeps = may(request.user, Capability.EDIT, record.unit)
    content = record.snapshot() if keeps else content_to_review(record, list(workflow.history(record)))
    item = present.item(kind.slug, field, content)
    return personal.answer(request, log.record, record, {str(item.label): item.value})

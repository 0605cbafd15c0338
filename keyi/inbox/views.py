from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyi.core.pages import paginate, render_page

from .models import Message

IS_READ = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())


@login_required
@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    """消息: the person's own, unread first."""
    mine = Message.objects.filter(recipient=request.user)
    ordered = mine.order_by(IS_READ.asc(), "-created_at", "-pk")
    context = {"page": paginate(request, ordered), "unread": mine.filter(read_at=None).count()}
    return render_page(request, "inbox/inbox.html", context)


@login_required
@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go to the record it speaks of."""
    message = get_object_or_404(Message, recipient=request.user, pk=pk)
    Message.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
    is_local = message.link.startswith("/") and not message.link.startswith("//")
    return redirect(message.link if is_local else "inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = Message.objects.filter(recipient=request.user, read_at=None).update(read_at=timezone.now())
    if count:
        messages.success(request, _("All messages are marked as read."))
    return redirect("inbox")

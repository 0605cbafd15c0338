"""The pages of the code lists, for Capability.MANAGE_SYSTEM. An upload is checked first and saved when confirmed."""

import csv
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.audit.log import record
from keyi.codes.csvfile import BadFile
from keyi.codes.loading import compare, load, shipped_file
from keyi.codes.models import CheckedUpload, CodeItem, CodeList, LoadedList
from keyi.codes.search import fits, words_of
from keyi.core.csvtext import safe
from keyi.core.pages import paginate, render_page

from .forms import SearchForm, UploadForm

View = Callable[..., HttpResponse]
PER_PAGE = 50
NAMED = 20  # entries named per kind of change
KEEP_UPLOAD = timedelta(days=1)


def for_system_staff(view: View) -> View:
    """Visitors sign in first; other people are told that this is not theirs (403); unknown lists are 404."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not may_somewhere(request.user, Capability.MANAGE_SYSTEM):
            raise PermissionDenied
        if kwargs.get("code_list", CodeList.DIVISION) not in CodeList.values:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


@for_system_staff
@require_safe
def code_lists(request: HttpRequest) -> HttpResponse:
    counts = CodeItem.objects.values("code_list").order_by("code_list")
    counts = counts.annotate(used=Count("pk", filter=Q(is_retired=False)), all=Count("pk"))
    by_list = {row["code_list"]: row for row in counts}
    loaded = LoadedList.objects.in_bulk()
    rows = [_row(name, by_list.get(name, {"used": 0, "all": 0}), loaded.get(name)) for name in CodeList]
    return render_page(request, "catalogue/codes/lists.html", {"rows": rows})


def _row(name: CodeList, counts: Any, loaded: LoadedList | None) -> dict:
    return {
        "name": name,
        "used": counts["used"],
        "retired": counts["all"] - counts["used"],
        "loaded": loaded,
        "is_shipped": shipped_file(name) is not None,
    }


@for_system_staff
@require_safe
def code_list(request: HttpRequest, code_list: str) -> HttpResponse:
    form = SearchForm(request.GET)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    items = CodeItem.objects.of_list(code_list).order_by("is_retired", "order", "code")
    for word in words_of(typed):
        items = items.filter(fits(word))
    context = {
        "name": CodeList(code_list),
        "form": form,
        "typed": typed,
        "page": paginate(request, items, PER_PAGE),
        "loaded": LoadedList.objects.filter(pk=code_list).first(),
    }
    return render_page(request, "catalogue/codes/list.html", context)


@for_system_staff
@require_safe
def download(request: HttpRequest, code_list: str) -> HttpResponse:
    """The items in use, in the shape that can be uploaded again; with the mark Excel knows UTF-8 by."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code_list}.csv"'
    writer = csv.writer(response)
    writer.writerow(["code", "name", "name_en", "parent_code", "level", "full_name"])
    for item in CodeItem.objects.in_use(code_list).select_related("parent"):
        parent = item.parent.code if item.parent else ""
        cells = [item.code, item.label, item.label_en, parent, item.level, item.full_label]
        writer.writerow([safe(cell) for cell in cells])
    return response


@for_system_staff
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, code_list: str) -> HttpResponse:
    """First step: check the file and keep it; nothing changes yet."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, code_list=code_list)
    if form.is_bound and form.is_valid():
        CheckedUpload.objects.filter(uploaded_at__lt=timezone.now() - KEEP_UPLOAD).delete()
        name = form.cleaned_data["file"].name[-100:]
        kept = CheckedUpload.objects.create(code_list=code_list, file_name=name, content=form.content)
        return redirect("code-list-confirm", code_list, kept.pk)
    context = {"name": CodeList(code_list), "form": form}
    return render_page(request, "catalogue/codes/upload.html", context, status=422 if form.is_bound else 200)


@for_system_staff
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code_list: str, pk: str) -> HttpResponse:
    """Second step: show what would change; save it on POST."""
    kept = get_object_or_404(CheckedUpload, pk=pk, code_list=code_list)
    try:
        if request.method == "POST":
            return _save(request, kept)
        changes = compare(code_list, bytes(kept.content))
    except BadFile as bad:  # a rule became stricter since the upload
        messages.error(request, str(bad))
        return redirect("code-list-upload", code_list)
    groups = [
        (_("Added"), changes.added),
        (_("Changed"), changes.changed),
        (_("Restored"), changes.restored),
        (_("Retired"), changes.retired),
    ]
    context = {
        "name": CodeList(code_list),
        "kept": kept,
        "unchanged": changes.unchanged,
        "groups": [_group(label, items, changes.old_labels) for label, items in groups],
        "retires": len(changes.retired),
    }
    return render_page(request, "catalogue/codes/confirm.html", context)


def _group(label: str, items: list[CodeItem], old_labels: dict[str, str]) -> dict:
    entries = [(item, old_labels.get(item.code, "")) for item in items[:NAMED]]
    return {"label": label, "count": len(items), "entries": entries, "more": max(len(items) - NAMED, 0)}


@transaction.atomic
def _save(request: HttpRequest, kept: CheckedUpload) -> HttpResponse:
    changes = load(kept.code_list, bytes(kept.content), kept.file_name)
    loaded = LoadedList.objects.get(pk=kept.code_list)
    record(request.user, "codes.load", loaded, file=kept.file_name, **changes.counts)
    kept.delete()
    told = _(
        "The list is saved: %(added)d added, %(changed)d changed, %(restored)d restored, %(retired)d retired."
    )
    messages.success(request, told % changes.counts)
    return redirect("code-list", kept.code_list)

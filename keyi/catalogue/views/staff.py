"""通知与下载: where staff keep what the portal says."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from keyi.accounts import kept
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.catalogue import editing
from keyi.catalogue.forms import DownloadForm, MoveForm, NoticeForm, ShowForm
from keyi.catalogue.models import Download, Notice
from keyi.core.pages import paginate, render_page

View = Callable[..., HttpResponse]
MODELS: dict[str, Any] = {"notices": Notice, "downloads": Download}
FORMS: dict[str, type[ModelForm]] = {"notices": NoticeForm, "downloads": DownloadForm}
TITLES = {
    ("notices", True): gettext_lazy("Add a notice"),
    ("notices", False): gettext_lazy("Edit the notice"),
    ("downloads", True): gettext_lazy("Add a file"),
    ("downloads", False): gettext_lazy("Edit the file"),
}


def for_content_staff(view: View) -> View:
    """Visitors sign in first; other people are told that this is not theirs (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not may_somewhere(request.user, Capability.MANAGE_CONTENT):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)


@for_content_staff
@require_safe
def content(request: HttpRequest) -> HttpResponse:
    """Both lists on one page: there are few of each."""
    return render_page(request, "catalogue/staff/content.html", {
        "page": paginate(request, Notice.objects.all(), 20),
        "downloads": Download.objects.all(),
    })  # fmt: skip


@for_content_staff
def edit(request: HttpRequest, part: str, pk: int | None = None) -> HttpResponse:
    """Add (no ``pk``) or change one notice or download."""
    item = get_object_or_404(MODELS[part], pk=pk) if pk else MODELS[part]()
    form = (
        FORMS[part](request.POST, request.FILES, instance=item)
        if request.method == "POST"
        else FORMS[part](instance=item)
    )
    if form.is_bound and form.is_valid():
        save = editing.save_notice if part == "notices" else editing.save_download
        saved = save(form.instance, request.user)
        kept.forget(request.user, request.path)
        messages.success(request, _("“%(title)s” is saved.") % {"title": saved.title})
        return redirect("content")
    kept.restore(request, form)
    return render_page(
        request,
        "catalogue/staff/edit.html",
        {
            "form": form,
            "item": MODELS[part].objects.filter(pk=pk).first(),
            "part": part,
            "title": TITLES[part, pk is None],
        },
        status=422 if form.is_bound else 200,
    )


@for_content_staff
@require_POST
def show(request: HttpRequest, part: str, pk: int) -> HttpResponse:
    """发布 or 撤下."""
    item = get_object_or_404(MODELS[part], pk=pk)
    form = ShowForm(request.POST)
    if form.is_valid():
        editing.show(item, request.user, is_published=form.cleaned_data["is_published"])
        text = (
            _("“%(title)s” is now on the portal.")
            if item.is_published
            else _("“%(title)s” is no longer on the portal.")
        )
        messages.success(request, text % {"title": item.title})
    return redirect("content")


@for_content_staff
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """前移 or 后移 of a download."""
    item = get_object_or_404(Download, pk=pk)
    form = MoveForm(request.POST)
    if form.is_valid() and editing.move(item, request.user, form.cleaned_data["step"]):
        messages.success(request, _("“%(title)s” has moved.") % {"title": item.title})
    return redirect("content")


@for_content_staff
def delete(request: HttpRequest, part: str, pk: int) -> HttpResponse:
    """Asks first; deletes on POST."""
    item = get_object_or_404(MODELS[part], pk=pk)
    if request.method == "POST":
        editing.delete(item, request.user)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": item.title})
        return redirect("content")
    return render_page(request, "catalogue/staff/delete.html", {"item": item, "part": part})

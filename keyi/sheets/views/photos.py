"""照片: one archive with the photos of many instruments."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from keyi.audit import log
from keyi.core.pages import render_page
from keyi.core.text import normalise
from keyi.sheets import photos
from keyi.sheets.kinds import INSTRUMENTS
from keyi.sheets.models import PhotoImport
from keyi.sheets.tasks import place_photos

from .imports import home_unit


class ArchiveForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Zip file with photos"),
        help_text=gettext_lazy(
            "Name each photo by the instrument's number in your unit: 20190317-001.jpg; further ones "
            "20190317-001-2.jpg. jpg or png, up to 5 MB each, five for each instrument; up to 200 MB and 1,000 "
            "pictures in one file."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > photos.MAX_BYTES:
            raise ValidationError(photos.FAULTS["large"], code="large")
        self.number = len(photos.pictures(upload))
        upload.seek(0)
        return upload


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def photos_new(request: HttpRequest) -> HttpResponse:
    unit = home_unit(request, INSTRUMENTS)
    form = ArchiveForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if not (form.is_bound and form.is_valid()):
        mine = PhotoImport.objects.of(request.user)[:10]
        return render(
            request, "sheets/photos.html", {"form": form, "mine": mine}, status=422 if form.is_bound else 200
        )
    upload = form.cleaned_data["file"]
    with transaction.atomic():
        job = PhotoImport.objects.create(
            person=request.user, unit=unit, file=upload, file_name=normalise(str(upload.name))[-100:] or "zip",
            language=get_language() or "zh-hans", total=form.number,
        )  # fmt: skip
        log.record(request.user, "photos.upload", unit, file=job.file_name, pictures=job.total)
        place_photos.defer(pk=job.pk)
    return redirect("photos", job.token)


@login_required
@require_safe
def photos_page(request: HttpRequest, token: str) -> HttpResponse:
    """How far it is; then what found its place and what did not."""
    job = get_object_or_404(PhotoImport.objects.of(request.user), token=token)
    context = {
        "job": job,
        "placed": [row for row in job.results if not row[2]],
        "left": [row for row in job.results if row[2]],
    }
    return render_page(request, "sheets/photos_result.html", context, partial="sheets/photos_bar.html")

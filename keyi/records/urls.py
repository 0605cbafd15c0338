"""Everything under /work/: filling in and keeping up."""

from django.urls import path, register_converter

from . import application_page, editing, views
from .kinds import KindConverter, ReviewedKindConverter

register_converter(KindConverter, "kind")
register_converter(ReviewedKindConverter, "reviewed")

urlpatterns = [
    path("files/<slug:token>/", views.record_file, name="record-file"),
    path("institutions/<int:pk>/application/", application_page.application_form, name="application-form"),
    # every kind
    path("<kind:kind>/", views.record_list, name="record-list"),
    path("<kind:kind>/new/", editing.record_create, name="record-create"),
    path("<kind:kind>/<int:pk>/", views.record_detail, name="record-detail"),
    path("<kind:kind>/<int:pk>/edit/", editing.record_edit, name="record-edit"),
    path("<kind:kind>/<int:pk>/check/", views.record_check, name="record-check"),
    path("<kind:kind>/<int:pk>/done/", views.record_done, name="record-done"),
    path("<kind:kind>/<int:pk>/<slug:name>/", views.record_step, name="record-step"),
]

"""Everything under /work/labs/."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.labs, name="labs"),
    path("settings/", views.lab_settings, name="lab-settings"),
    path("new/", views.lab_create, name="lab-create"),
    path("<int:pk>/", views.lab_edit, name="lab-edit"),
    path("<int:pk>/delete/", views.lab_delete, name="lab-delete"),
    path("<int:pk>/<slug:step>/", views.lab_step, name="lab-step"),
]

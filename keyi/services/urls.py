"""Everything under /work/services/."""

from django.urls import path

from .views import editing, papers, reading, sums

urlpatterns = [
    path("", reading.service_list, name="service-list"),
    path("new/", editing.service_create, name="service-create"),
    path("<int:pk>/", reading.service, name="service"),
    path("<int:pk>/edit/", editing.service_edit, name="service-edit"),
    path("<int:pk>/delete/", editing.service_delete, name="service-delete"),
    path("<int:pk>/show/<slug:field>/", reading.service_personal, name="service-personal"),
    path("<int:pk>/papers/", papers.add, name="service-paper-add"),
    path("<int:pk>/papers/<slug:token>/remove/", papers.remove, name="service-paper-remove"),
    path("papers/<slug:token>/", papers.paper, name="service-paper"),
    path("sums/<int:year>/<int:pk>/", sums.sums, name="service-sums"),
]

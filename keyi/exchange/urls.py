"""Addresses of the exchange with other systems."""

from django.urls import path

from . import receiving, views

urlpatterns = [
    path("work/national/", views.national, name="national"),
    path("work/national/code/", views.national_code, name="national-code"),
    path("work/national/effects/<int:year>/", views.national_effect, name="national-effect"),
    path("work/national/<int:pk>/", views.outgoing, name="outgoing"),
    path("work/national/<int:pk>/again/", views.outgoing_again, name="outgoing-again"),
    path("national/tables/<slug:token>/", views.national_table, name="national-table"),
    path("national/service/", receiving.service, name="national-service"),
]

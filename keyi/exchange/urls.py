"""Addresses of the exchange with other systems."""

from django.urls import path

from . import education, harvest, receiving, views

urlpatterns = [
    path("work/national/", views.national, name="national"),
    path("work/national/code/", views.national_code, name="national-code"),
    path("work/national/effects/<int:year>/", views.national_effect, name="national-effect"),
    path("work/national/<int:pk>/", views.outgoing, name="outgoing"),
    path("work/national/<int:pk>/again/", views.outgoing_again, name="outgoing-again"),
    path("work/education/", education.education, name="education"),
    path("work/education/codes/", education.education_codes, name="education-codes"),
    path("work/education/<slug:document>/<int:year>/", education.education_file, name="education-file"),
    path("education/<slug:token>/<slug:document>/", education.education_open, name="education-open"),
    path("oai", harvest.oai, name="oai"),
    path("national/tables/<slug:token>/", views.national_table, name="national-table"),
    path("national/service/", receiving.service, name="national-service"),
]

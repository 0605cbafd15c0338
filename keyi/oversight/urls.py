"""Addresses for those who look after the platform's safety."""

from django.urls import path

from . import views

urlpatterns = [
    path("work/log/", views.action_log, name="action-log"),
]

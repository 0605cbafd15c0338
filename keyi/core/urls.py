from django.urls import path
from django.views.i18n import set_language

from . import views

urlpatterns = [
    path("language/", set_language, name="set-language"),
    path("large-text/", views.large_text, name="large-text"),
]

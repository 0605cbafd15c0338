from django.urls import path

from . import views

urlpatterns = [
    path("codes/<slug:code_list>/", views.options, name="code-options"),
    path("codes/<slug:code_list>/tree/", views.tree, name="code-tree"),
]

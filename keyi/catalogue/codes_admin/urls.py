from django.urls import path

from . import views

urlpatterns = [
    path("system/codes/", views.code_lists, name="code-lists"),
    path("system/codes/<slug:code_list>/", views.code_list, name="code-list"),
    path("system/codes/<slug:code_list>/download/", views.download, name="code-list-download"),
    path("system/codes/<slug:code_list>/upload/", views.upload, name="code-list-upload"),
    path("system/codes/<slug:code_list>/upload/<uuid:pk>/", views.confirm, name="code-list-confirm"),
]

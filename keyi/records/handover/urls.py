"""Everything under /administrator-change/: 申请变更单位管理员, for people without an account."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.ask, name="admin-change"),
    path("sent/", views.sent, name="admin-change-sent"),
    path("done/", views.done, name="admin-change-done"),
    path("<str:token>/", views.request_page, name="admin-change-request"),
]

"""Everything under /work/accounts/: 实验室（院系）账号管理."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.lab_accounts, name="lab-accounts"),
    path("new/", views.create, name="lab-account-create"),
    path("<int:pk>/", views.edit, name="lab-account-edit"),
    path("<int:pk>/show/", views.show, name="lab-account-show"),
    path("<int:pk>/mail/", views.mail, name="lab-account-mail"),
    path("<int:pk>/<slug:step>/", views.switch, name="lab-account-switch"),
]

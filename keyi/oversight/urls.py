"""Addresses for those who look after the platform's safety."""

from django.urls import path

from . import acting, staff, versions, views

urlpatterns = [
    path("work/security/", staff.staff_accounts, name="staff-accounts"),
    path("work/security/unlock/", staff.unlock, name="staff-unlock"),
    path("work/security/<int:pk>/<slug:deed>/", staff.act, name="staff-act"),
    path("work/acting/", acting.acting_page, name="acting"),
    path("work/acting/end/", acting.acting_end, name="acting-end"),
    path("work/log/", views.action_log, name="action-log"),
    path("work/log/<slug:name>/<int:pk>/", versions.row_versions, name="row-versions"),
]

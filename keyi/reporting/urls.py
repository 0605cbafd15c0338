"""Everything under /work/upkeep/."""

from django.urls import path

from .views import copying, listing, operation, staff

urlpatterns = [
    path("", listing.upkeep_list, name="upkeep-list"),
    path("proofs/<slug:token>/", operation.proof_file, name="proof-file"),
    path("<int:year>/copy/", copying.copy_staff, name="staff-copy"),
    path("<int:year>/<int:pk>/staff/", staff.staff_year, name="staff-year"),
    path("<int:year>/<int:pk>/staff/new/", staff.staff_add, name="staff-add"),
    path("<int:year>/<int:pk>/staff/<int:row>/", staff.staff_edit, name="staff-edit"),
    path("<int:year>/<int:pk>/staff/<int:row>/remove/", staff.staff_remove, name="staff-remove"),
    path("<int:year>/<int:pk>/operation/", operation.operation_year, name="operation-year"),
    path("<int:year>/<int:pk>/operation/edit/", operation.operation_edit, name="operation-edit"),
]

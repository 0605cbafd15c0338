"""工作台, 仪器维护进度汇总 for units, and what the province sees and decides about the yearly upkeep."""

from django.urls import path

from . import home, periods, province, summary

urlpatterns = [
    path("work/", home.work_home, name="work-home"),
    path("work/progress/", summary.unit_summary, name="progress"),
    path("work/progress/export/", summary.unit_summary_export, name="progress-export"),
    path("province/progress/", province.province_progress, name="province-progress"),
    path("province/progress/export/", province.province_progress_export, name="province-progress-export"),
    path("province/progress/<int:pk>/", summary.province_unit, name="province-unit"),
    path("province/progress/<int:pk>/export/", summary.province_unit_export, name="province-unit-export"),
    path("province/oddities/", province.oddities, name="oddities"),
    path("province/years/", periods.periods, name="periods"),
    path("province/years/new/", periods.period_create, name="period-create"),
    path("province/years/<int:year>/", periods.period_edit, name="period-edit"),
    path("province/years/<int:year>/close/", periods.period_close, name="period-close"),
    path("province/years/<int:year>/reopen/", periods.period_reopen, name="period-reopen"),
    path("province/years/reopenings/<int:pk>/end/", periods.reopening_end, name="reopening-end"),
]

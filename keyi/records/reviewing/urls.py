"""Everything under /review/. The converter “kind” is registered by keyi.records.urls, which comes first."""

from django.urls import path

from . import decision, personal, queue

urlpatterns = [
    path("", queue.review_queue, name="review-queue"),
    path("<reviewed:kind>/<int:pk>/", decision.review_record, name="review-record"),
    path("<reviewed:kind>/<int:pk>/show/<slug:field>/", personal.record_personal, name="record-personal"),
]

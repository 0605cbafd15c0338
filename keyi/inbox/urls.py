from django.urls import path

from . import views

urlpatterns = [
    path("inbox/", views.show_inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="inbox-read-all"),
    path("inbox/<int:pk>/", views.open_message, name="inbox-message"),
]

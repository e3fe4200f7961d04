"""Addresses of the phone desk."""

from django.urls import path

from dashboards.desk import views, views_calls

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("caller/", views.caller_card, name="caller"),
    path("done/<int:pk>/", views.done, name="done"),
    path("follow-ups/", views_calls.follow_ups, name="follow_ups"),
    path("follow-ups/<int:pk>/done/", views_calls.follow_up_done, name="follow_up_done"),
    path("calls/", views_calls.calls, name="calls"),
]

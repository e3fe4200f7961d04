"""Addresses of storm mode."""

from django.urls import path

from dashboards.storms import views

app_name = "storms"
urlpatterns = [
    path("", views.storm_list, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/end/", views.end, name="end"),
]

"""Addresses of the style guide."""

from django.urls import path

from dashboards.styleguide import views

app_name = "styleguide"
urlpatterns = [path("", views.index, name="index")]

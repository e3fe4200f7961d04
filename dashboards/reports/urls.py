"""Addresses of the manager's report."""

from django.urls import path

from dashboards.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("rows/", views.rows_page, name="rows"),
    path("rows.csv", views.rows_csv, name="rows_csv"),
    path("figures/<slug:figure>.csv", views.figure_csv, name="figure_csv"),
]

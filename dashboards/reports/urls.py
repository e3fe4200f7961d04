"""Addresses of the manager's reports."""

from django.urls import path, re_path

from dashboards.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("rows/", views.rows_page, name="rows"),
    path("rows.csv", views.rows_csv, name="rows_csv"),
    path("<slug:page>/", views.page, name="page"),
    re_path(
        r"^(?P<page>[-a-z]+)/(?P<figure>[-a-z]+)\.(?P<kind>csv|xlsx)$",
        views.figure_file,
        name="figure",
    ),
    re_path(r"^(?P<page>[-a-z]+)\.xlsx$", views.page_workbook, name="workbook"),
]

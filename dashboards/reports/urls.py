"""Addresses of the manager's reports."""

from django.urls import path

from dashboards.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("rows/", views.rows_page, name="rows"),
    path("rows.csv", views.rows_csv, name="rows_csv"),
    path("<slug:page>/", views.page, name="page"),
    path("<slug:page>/<slug:figure>.csv", views.figure_csv, name="figure_csv"),
    path("<slug:page>/<slug:figure>.xlsx", views.figure_xlsx, name="figure_xlsx"),
    path("<slug:page>.xlsx", views.page_workbook, name="workbook"),
]

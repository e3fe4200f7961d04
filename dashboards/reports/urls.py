"""Addresses of the manager's reports."""

from django.urls import path

from dashboards.reports import views
from dashboards.reports.extracts import views as extracts

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("rows/", views.rows_page, name="rows"),
    path("extract/", extracts.extract, name="extract"),
    path("extracts/", extracts.extracts, name="extracts"),
    path("<slug:page>/", views.page, name="page"),
    path("<slug:page>/<slug:figure>.csv", views.figure_csv, name="figure_csv"),
    path("<slug:page>/<slug:figure>.xlsx", views.figure_xlsx, name="figure_xlsx"),
    path("<slug:page>.xlsx", views.page_workbook, name="workbook"),
]

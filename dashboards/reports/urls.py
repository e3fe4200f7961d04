"""Addresses of the manager's reports."""

from django.urls import path

from dashboards.reports import files, views
from dashboards.reports.extracts import views as extracts
from dashboards.reports.mail import board_views as boards
from dashboards.reports.mail import views as mail
from dashboards.reports.public import views as public

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("rows/", views.rows_page, name="rows"),
    path("extract/", extracts.extract, name="extract"),
    path("subscriptions/", mail.subscriptions, name="subscriptions"),
    path("subscriptions/new/", mail.new, name="subscription_new"),
    path("subscriptions/<int:pk>/", mail.change, name="subscription"),
    path("subscriptions/<int:pk>/stop/", mail.stop, name="subscription_stop"),
    path("digests/", boards.digests, name="digests"),
    path("digests/<int:pk>/stop/", boards.stop_digest, name="digest_stop"),
    path("published/", public.published, name="published"),
    path("extracts/", extracts.extracts, name="extracts"),
    path("<slug:page>/", views.page, name="page"),
    path("<slug:page>/<slug:figure>.csv", files.figure_csv, name="figure_csv"),
    path("<slug:page>/<slug:figure>.xlsx", files.figure_xlsx, name="figure_xlsx"),
    path("<slug:page>.csv", files.page_csv, name="page_csv"),
    path("<slug:page>.xlsx", files.page_workbook, name="workbook"),
]

"""Addresses of the inbox."""

from django.urls import path

from dashboards.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("mail/", views.mail, name="mail"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/", views.open_notice, name="open"),
]

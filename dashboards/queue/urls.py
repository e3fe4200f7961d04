"""Addresses of the dispatcher's work."""

from django.urls import path

from dashboards.queue import views

app_name = "queue"
urlpatterns = [
    path("", views.queue_list, name="list"),
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/reveal/", views.reveal, name="reveal"),
    path("<str:number>/do/<slug:name>/", views.act, name="act"),
]

"""Addresses of undo under ``/queue/``."""

from django.urls import path

from dashboards.queue.undo import views

urlpatterns = [
    path("undo/<int:event_id>/", views.undo, name="undo"),
    path("changes/<int:pk>/", views.change, name="change"),
    path("changes/<int:pk>/undo/", views.undo_change, name="undo_change"),
    path("changes/<int:pk>/send-now/", views.send_change, name="send_change"),
    path("<str:number>/send-now/", views.send_now, name="send_now"),
]

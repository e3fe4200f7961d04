"""Addresses of the escalation rules, under ``/queue/``."""

from django.urls import path

from dashboards.queue.rules import views

urlpatterns = [
    path("escalation/", views.rule_list, name="rules"),
    path("escalation/new/", views.new, name="rule_new"),
    path("escalation/<int:pk>/", views.edit, name="rule"),
]

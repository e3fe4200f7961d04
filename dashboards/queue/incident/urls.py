"""Addresses of incidents under ``/queue/``."""

from django.urls import path

from dashboards.queue.incident import rolling, views

urlpatterns = [
    path("roll-up/", rolling.roll_up, name="roll_up"),
    path("<str:number>/incident/", views.incident, name="incident"),
    path("<str:number>/incident/join/", views.join, name="incident_join"),
    path("<str:number>/incident/part/", views.part, name="incident_part"),
    path("<str:number>/incident/lead/", views.lead, name="incident_lead"),
    path("<str:number>/incident/not-same/", views.not_same, name="incident_not_same"),
]

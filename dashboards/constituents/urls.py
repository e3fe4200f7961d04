"""Addresses of the council office."""

from django.urls import path

from dashboards.constituents import filing, views

app_name = "constituents"
urlpatterns = [
    path("", views.own_list, name="list"),
    path("new/", filing.new, name="new"),
    path("<str:number>/done/", views.done, name="done"),
]

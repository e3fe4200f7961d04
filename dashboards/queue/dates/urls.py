"""Addresses under ``/queue/<number>/``."""

from django.urls import path

from dashboards.queue.dates.views import STEPS, step_page

urlpatterns = [path(f"<str:number>/{name}/", step_page, {"name": name}, name=name) for name in STEPS]

"""Addresses of the dispatcher's work."""

from django.urls import path

from dashboards.queue import aside, result, views
from dashboards.queue.dates.urls import urlpatterns as dates_urls
from dashboards.queue.incident.urls import urlpatterns as incident_urls
from dashboards.queue.list.urls import urlpatterns as list_urls
from dashboards.queue.privacy.urls import urlpatterns as privacy_urls
from dashboards.queue.rules.urls import urlpatterns as rules_urls
from dashboards.queue.tasks.urls import urlpatterns as tasks_urls
from dashboards.queue.undo.urls import urlpatterns as undo_urls

app_name = "queue"
urlpatterns = [
    *list_urls,
    *tasks_urls,
    *undo_urls,
    *rules_urls,
    *dates_urls,
    *incident_urls,
    *privacy_urls,
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/names/", aside.names, name="names"),
    path("<str:number>/related/", aside.related, name="related"),
    path("<str:number>/related/reporter/", aside.related_reporter, name="related_reporter"),
    path("<str:number>/reply/", aside.reply, name="reply"),
    path("<str:number>/watch/", aside.watching, name="watch"),
    path("<str:number>/result/", result.result, name="result"),
    path("<str:number>/reveal/", views.reveal, name="reveal"),
    path("<str:number>/do/<slug:name>/", views.act, name="act"),
]

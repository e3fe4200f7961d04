"""Addresses of the dispatcher's work."""

from django.urls import path

from dashboards.queue import aside, views
from dashboards.queue.dates.urls import urlpatterns as dates_urls
from dashboards.queue.privacy.urls import urlpatterns as privacy_urls
from dashboards.queue.rules.urls import urlpatterns as rules_urls

app_name = "queue"
urlpatterns = [
    path("", views.queue_list, name="list"),
    *rules_urls,
    *dates_urls,
    *privacy_urls,
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/names/", aside.names, name="names"),
    path("<str:number>/related/", aside.related, name="related"),
    path("<str:number>/related/reporter/", aside.related_reporter, name="related_reporter"),
    path("<str:number>/reply/", aside.reply, name="reply"),
    path("<str:number>/watch/", aside.watching, name="watch"),
    path("<str:number>/reveal/", views.reveal, name="reveal"),
    path("<str:number>/do/<slug:name>/", views.act, name="act"),
]

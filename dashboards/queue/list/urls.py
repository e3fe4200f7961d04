"""Addresses of the list, its views, and changes of many."""

from django.urls import path

from dashboards.queue.list import bulk, saved, views

urlpatterns = [
    path("", views.queue_list, name="list"),
    path("news/", views.news, name="news"),
    path("cells.json", views.cells, name="cells"),
    path("habits/", views.habits, name="habits"),
    path("views/", saved.index, name="views"),
    path("views/counted/", saved.counted, name="views_counted"),
    path("views/new/", saved.create, name="view_new"),
    path("views/<int:pk>/", saved.change, name="view_change"),
    path("bulk/", bulk.bulk_change, name="bulk"),
    path("bulk/<int:pk>/", bulk.bulk_done, name="bulk_done"),
    path("<str:number>/peek/", views.peek, name="peek"),
]

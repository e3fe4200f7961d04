"""Addresses of these pages, under ``/queue/<number>/``."""

from django.urls import path

from dashboards.queue.privacy import appeals, originals, photos, places, splits, texts

urlpatterns = [
    path("<str:number>/photo/<str:public_id>/", photos.photo, name="photo"),
    path("<str:number>/photo/<str:public_id>/grid.jpg", photos.grid, name="photo_grid"),
    path("<str:number>/text/", texts.text, name="text"),
    path("<str:number>/unredacted/", originals.originals, name="unredacted"),
    path("<str:number>/appeal/", appeals.appeal, name="appeal"),
    path("<str:number>/place/", places.place, name="place"),
    path("<str:number>/split/", splits.split_report, name="split"),
]

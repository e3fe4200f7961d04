"""Addresses of moderation."""

from django.urls import path

from dashboards.moderation import bans, views

app_name = "moderation"
urlpatterns = [
    path("", views.index, name="index"),
    path("bans/", bans.bans, name="bans"),
    path("bans/<int:pk>/lift/", bans.lift_ban, name="lift_ban"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("abuse/<int:pk>/", views.abuse, name="abuse"),
    path("photos/<str:public_id>/", views.photo, name="photo"),
]

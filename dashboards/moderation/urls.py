"""Addresses of moderation."""

from django.urls import path

from dashboards.moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.index, name="index"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("abuse/<int:pk>/", views.abuse, name="abuse"),
    path("photos/<str:public_id>/", views.photo, name="photo"),
]

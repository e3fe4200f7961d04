"""Addresses of the knowledge base for staff."""

from django.urls import path

from dashboards.knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("", views.article_list, name="list"),
    path("new/", views.new, name="new"),
    path("<slug:slug>/", views.article, name="article"),
    path("<slug:slug>/edit/", views.edit, name="edit"),
    path("<slug:slug>/feedback/", views.feedback, name="feedback"),
]

"""Addresses of the reply templates' editor."""

from django.urls import path

from dashboards.replies import views

app_name = "replies"
urlpatterns = [
    path("", views.template_list, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.edit, name="edit"),
]

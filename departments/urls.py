"""Addresses of the city itself."""

from django.urls import path

from departments import views

app_name = "city"

urlpatterns = [
    path("tiles/<int:z>/<int:x>/<int:y>.png", views.tile, name="tile"),
]

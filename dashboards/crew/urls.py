"""Addresses of the crew's work."""

from django.urls import path

from dashboards.crew import doing, found, views, work

app_name = "crew"
urlpatterns = [
    path("", views.work_list, name="list"),
    path("found/", found.found, name="found"),
    path("kept/", views.kept, name="kept"),
    path("offline/", views.offline, name="offline"),
    path("sheet/", views.sheet, name="sheet"),
    path("token/", views.token, name="token"),
    path("work/", work.work, name="work"),
    path("work/give/", work.give, name="give"),
    path("<str:number>/", views.job, name="job"),
    path("<str:number>/do/<slug:name>/", doing.act, name="act"),
]

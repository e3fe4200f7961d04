"""Addresses of tasks under ``/queue/``."""

from django.urls import path

from dashboards.queue.tasks import views

urlpatterns = [
    path("tasks/", views.mine, name="my_tasks"),
    path("<str:number>/tasks/", views.of_request, name="tasks"),
    path("<str:number>/tasks/give/", views.give, name="task_give"),
    path("<str:number>/tasks/plan/", views.plan, name="task_plan"),
    path("<str:number>/tasks/unplan/", views.unplan, name="task_unplan"),
    path("<str:number>/tasks/<int:pk>/done/", views.finish, name="task_done"),
    path("<str:number>/tasks/<int:pk>/cancel/", views.cancel, name="task_cancel"),
]

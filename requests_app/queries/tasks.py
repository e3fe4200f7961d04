"""Tasks: those of a request, those of a colleague, and the one behind a signed link."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from civic311.lib.tokens import matches, task_token
from departments.models import Category, StaffUser
from requests_app.models import ClosingPlan, Photo, ServiceRequest, Task
from requests_app.models.photo import PhotoState
from requests_app.models.task import TaskState

MOST = 200


def tasks_of(request_id: int) -> list[Task]:
    """Every task of a request, the open ones first, the newest first."""
    rows = Task.objects.filter(request=request_id).select_related("department", "assignee", "given_by")
    return sorted(rows.order_by("-id"), key=lambda task: task.state != TaskState.OPEN)


def plan_of(request_id: int) -> ClosingPlan | None:
    """How the request closes when the last task is done, if somebody planned it."""
    return ClosingPlan.objects.filter(request=request_id).select_related("planned_by").first()


def my_tasks(user: StaffUser) -> list[Task]:
    """Open tasks for this person or for one of the person's departments, the earliest due first."""
    mine = Q(assignee=user) | Q(department__in=user.memberships.values("department"))
    return list(_open().filter(mine).order_by("due_on", "id")[:MOST])


def given_tasks(user: StaffUser) -> list[Task]:
    """Open tasks this person gave, the earliest due first."""
    return list(_open().filter(given_by=user).order_by("due_on", "id")[:MOST])


def _open() -> QuerySet[Task]:
    return Task.objects.filter(state=TaskState.OPEN).select_related(
        "request__category", "department", "assignee", "given_by"
    )


def may_finish(task: Task, user: StaffUser) -> bool:
    """Whether a task is this person's to finish: given to them, to their department, or by them."""
    if task.assignee_id is not None and task.assignee_id != user.pk:
        return task.given_by_id == user.pk
    if task.department_id is not None:
        return task.given_by_id == user.pk or user.memberships.filter(department=task.department_id).exists()
    return user.pk in {task.assignee_id, task.given_by_id}


@dataclass(frozen=True)
class LinkedTask:
    """What somebody with a signed link reads: the task and the facts it needs; never who reported."""

    task: Task
    category: Category
    number: str
    address: str
    place_note: str
    description: str
    latitude: float | None
    longitude: float | None
    photos: tuple[str, ...]


def linked_task(task_id: int, token: str, *, now: dt.datetime) -> LinkedTask | None:
    """The open task of a signed link; None for a wrong, spent or old one alike."""
    row = Task.objects.filter(pk=task_id, state=TaskState.OPEN).exclude(email="").first()
    # the same work for a link that is wrong and for one that never was
    is_right = matches(task_token(task_id, row.token_version if row else 0), token)
    if row is None or not is_right or row.created_at < now - dt.timedelta(days=settings.TASK_LINK_DAYS):
        return None
    # only the holder of the link makes us read more: who asks, and the facts without the original words
    task = (
        Task.objects.select_related("request__category", "given_by")
        .defer("request__description")
        .get(pk=row.pk)
    )
    request: ServiceRequest = task.request
    photos = Photo.objects.filter(request=request, state=PhotoState.PUBLISHED).order_by("position", "id")
    shown = request.is_public and not request.category.place_is_sensitive
    return LinkedTask(
        task=task,
        category=request.category,
        number=request.number,
        address=request.address,
        place_note=request.place_note,
        description=request.public_description,
        latitude=request.latitude,
        longitude=request.longitude,
        photos=tuple(photos.values_list("public_id", flat=True)) if shown else (),
    )

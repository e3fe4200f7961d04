"""Mail with a signed link: a task for somebody of ours without an account."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from civic311.lib.tokens import task_token
from requests_app.models import Task
from requests_app.models.task import TaskState
from requests_app.notifications.messages import Message, letter, spoken
from requests_app.notifications.models import Delivery, DeliveryChannel, DeliveryState, Purpose


def send_task(task_id: int, now: dt.datetime) -> list[int]:
    """Write the delivery of a task that still waits, once for each link; return its id while it is unsent."""
    task = Task.objects.filter(pk=task_id, state=TaskState.OPEN).exclude(email="").first()
    if task is None:
        return []
    key = f"task-{task.pk}.{task.token_version}"
    Delivery.objects.bulk_create(
        [
            Delivery(
                key=key,
                purpose=Purpose.TASK,
                task=task,
                channel=DeliveryChannel.EMAIL,
                recipient=task.email,
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    unsent = Delivery.objects.filter(key=key, state=DeliveryState.PENDING)
    return list(unsent.values_list("pk", flat=True))


def task_letter(delivery: Delivery) -> Message | None:
    """The mail; None when the task ended meanwhile."""
    task = delivery.task
    if task is None or task.state != TaskState.OPEN:
        return None
    token = task_token(task.pk, task.token_version)
    with spoken("en") as city:
        context = {
            "city": city,
            "task": task,
            "number": task.request.number,
            "category": task.request.category.name,
            "address": task.request.address,
            "task_url": settings.SITE_URL
            + reverse("colleague_task", kwargs={"task_id": task.pk, "token": token}),
            "days": settings.TASK_LINK_DAYS,
        }
        subject = _("A question about %(number)s") if task.is_question else _("A task about %(number)s")
        return letter("task", subject % {"number": task.request.number}, context)

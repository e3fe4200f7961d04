"""Run the jobs that send messages, and read what arrived."""

from __future__ import annotations

import datetime as dt
import re

from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from civic311.lib import clock
from requests_app.notifications import forgetting, sending, writing

PATH = re.compile(r"https?://[^/\s]+(/\S*)")


def run_jobs(now: dt.datetime | None = None) -> list[mail.EmailMessage]:
    """Do what the worker would do with every job queued so far; the messages sent by it."""
    now = now or clock.now()
    before = len(mail.outbox)
    write = {
        "fan_out": lambda args: writing.fan_out(args["event_id"], now),
        "sign_in_link": lambda args: writing.sign_in_link(args["resident_id"], now),
        "confirm_follow": lambda args: writing.confirm_follow(args["follower_id"], now),
        "confirm_subscription": lambda args: writing.confirm_subscription(args["subscription_id"], now),
        "digest": lambda args: writing.digest(args["subscription_id"], now),
        "forget": lambda args: forgetting.forget(args["request_id"]) or [],
    }
    for task_name, args in ProcrastinateJob.objects.order_by("id").values_list("task_name", "args"):
        name = task_name.rpartition(".")[2]
        for delivery_id in write[name](args) if name in write else []:
            sending.deliver(delivery_id, now)
    return mail.outbox[before:]


def paths_in(message: mail.EmailMessage) -> list[str]:
    """The addresses of our site in a message, as paths."""
    return PATH.findall(str(message.body))


def path_in(message: mail.EmailMessage, start: str) -> str:
    """The one path that begins like this."""
    (found,) = {path for path in paths_in(message) if path.startswith(start)}
    return found

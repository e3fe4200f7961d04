"""Jobs of the worker. Arguments are ids only; every job may run twice."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from civic311.lib.clock import now
from requests_app.actions import undoing
from requests_app.actions.clerk import do_round
from requests_app.actions.estimates import compute_estimates
from requests_app.actions.facts import refresh_facts
from requests_app.actions.learning import learn_terms
from requests_app.actions.mapcells import fold_map_cells
from requests_app.notifications import colleagues, forgetting, sending, taskmail, writing
from requests_app.notifications.housekeeping import redefer_waiting, settle_late, sweep

P = ParamSpec("P")
R = TypeVar("R")

PATIENT = RetryStrategy(max_attempts=sending.MAX_ATTEMPTS, exponential_wait=3)


def with_fresh_connection(job: Callable[P, R]) -> Callable[P, R]:
    """Drop a connection that died while the worker's thread slept."""

    @wraps(job)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        try:
            return job(*args, **kwargs)
        finally:
            close_old_connections()

    return run


@app.task(name="requests_app.notifications.fan_out", queue="events", retry=PATIENT)
@with_fresh_connection
def fan_out(event_id: int) -> None:
    """Write the deliveries of an event and queue them."""
    _queue(writing.fan_out(event_id, now()))


@app.task(name="requests_app.notifications.settle", queue="events", retry=PATIENT)
@with_fresh_connection
def settle(event_id: int) -> None:
    """The time to undo an event is over: let it out."""
    undoing.settle(event_id=event_id, now=now())


@app.periodic(cron="* * * * *")
@app.task(name="requests_app.notifications.settle_due", queue="events", queueing_lock="settle_due")
@with_fresh_connection
def settle_due(timestamp: int) -> None:
    """Let out what no job did in time: the worker was down, or its clock is behind."""
    settle_late(now())


@app.task(name="requests_app.notifications.deliver", queue="email", retry=PATIENT)
@with_fresh_connection
def deliver(delivery_id: int) -> None:
    """Send one message."""
    sending.deliver(delivery_id, now())


@app.task(name="requests_app.notifications.sign_in_link", queue="email", retry=PATIENT)
@with_fresh_connection
def sign_in_link(resident_id: int) -> None:
    """Send the link that was asked for, if we know the address."""
    _queue(writing.sign_in_link(resident_id, now()))


@app.task(name="requests_app.notifications.confirm_follow", queue="email", retry=PATIENT)
@with_fresh_connection
def confirm_follow(follower_id: int) -> None:
    """Ask whether the owner of the address wants to follow."""
    _queue(writing.confirm_follow(follower_id, now()))


@app.task(name="requests_app.notifications.confirm_subscription", queue="email", retry=PATIENT)
@with_fresh_connection
def confirm_subscription(subscription_id: int) -> None:
    """Ask whether the owner of the address wants alerts."""
    _queue(writing.confirm_subscription(subscription_id, now()))


@app.periodic(cron="*/20 * * * *")
@app.task(name="requests_app.notifications.daily_alerts", queue="housekeeping")
@with_fresh_connection
def daily_alerts(timestamp: int) -> None:
    """In the seventh hour of the city's day, queue every daily alert."""
    for subscription_id in writing.daily_due(now()):
        digest.defer(subscription_id=subscription_id)


@app.task(name="requests_app.notifications.digest", queue="events", retry=PATIENT)
@with_fresh_connection
def digest(subscription_id: int) -> None:
    """Send the day's new reports of one alert."""
    _queue(writing.digest(subscription_id, now()))


@app.task(name="requests_app.notifications.forget", queue="events", retry=PATIENT)
@with_fresh_connection
def forget(request_id: int) -> None:
    """Take the address out of the messages about an erased report."""
    forgetting.forget(request_id)


@app.task(name="requests_app.notifications.tell_staff", queue="events", retry=PATIENT)
@with_fresh_connection
def tell_staff(notice_id: int) -> None:
    """Mail a colleague about a line in the inbox; after a mail just now, one job waits for all that follows."""
    batch = colleagues.staff_mail(notice_id, now())
    _queue(batch.deliveries)
    if batch.again_at is not None:
        later = tell_staff.configure(schedule_at=batch.again_at, queueing_lock=f"staff-{batch.user_id}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            later.defer(notice_id=notice_id)


@app.task(name="requests_app.notifications.send_task", queue="events", retry=PATIENT)
@with_fresh_connection
def send_task(task_id: int) -> None:
    """Send a task to somebody without an account."""
    _queue(taskmail.send_task(task_id, now()))


def _queue(deliveries: list[int]) -> None:
    for delivery_id in deliveries:
        deliver.defer(delivery_id=delivery_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="requests_app.notifications.recover", queue="housekeeping", pass_context=True)
async def recover(context: JobContext, timestamp: int) -> None:
    """Put back jobs whose worker died, and queue messages that no job remembers."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
    await requeue.defer_async()


@app.task(name="requests_app.notifications.requeue", queue="housekeeping", queueing_lock="requeue")
@with_fresh_connection
def requeue() -> None:
    """Queue deliveries that have waited too long."""
    _queue(redefer_waiting(now()))


@app.periodic(cron="17 4 * * *")
@app.task(name="requests_app.notifications.sweep", queue="housekeeping")
@with_fresh_connection
def nightly_sweep(timestamp: int) -> None:
    """Remove what has served its time: form keys, drafts, rate limits, files, addresses nobody confirmed."""
    sweep(now())


@app.periodic(cron="47 3 * * *")
@app.task(name="requests_app.notifications.estimates", queue="housekeeping")
@with_fresh_connection
def nightly_estimates(timestamp: int) -> None:
    """Compute anew how long requests take."""
    compute_estimates(now=now())


@app.task(name="requests_app.notifications.learn", queue="housekeeping", queueing_lock="learn")
@with_fresh_connection
def learn() -> None:
    """Count anew which words people use for each category."""
    learn_terms()


@app.periodic(cron="27 3 * * *")
@app.task(
    name="requests_app.notifications.nightly_learn", queue="housekeeping", queueing_lock="nightly_learn"
)
@with_fresh_connection
def nightly_learn(timestamp: int) -> None:
    """The day's reports teach the category search."""
    learn_terms()


@app.periodic(cron="*/5 * * * *")
@app.task(name="requests_app.notifications.fold_map", queue="housekeeping", queueing_lock="fold_map")
@with_fresh_connection
def fold_map(timestamp: int) -> None:
    """Keep the ledger behind the public map short."""
    fold_map_cells()


@app.periodic(cron="*/5 * * * *")
@app.task(name="requests_app.notifications.dates", queue="housekeeping", queueing_lock="dates")
@with_fresh_connection
def dates(timestamp: int) -> None:
    """Keep promises, escalate, follow questions to reporters, bring back what was on hold."""
    do_round(now())


@app.periodic(cron="* * * * * */20")
@app.task(name="requests_app.notifications.facts", queue="housekeeping", queueing_lock="facts")
@with_fresh_connection
def facts(timestamp: int) -> None:
    """Bring the facts behind the reports up to date."""
    refresh_facts()

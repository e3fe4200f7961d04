"""Jobs of the worker. Arguments are ids only; every job may run twice."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from civic311.lib.clock import now
from requests_app.notifications import sending
from requests_app.notifications.housekeeping import redefer_waiting, sweep

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
    for delivery_id in sending.fan_out(event_id, now()):
        deliver.defer(delivery_id=delivery_id)


@app.task(name="requests_app.notifications.deliver", queue="email", retry=PATIENT)
@with_fresh_connection
def deliver(delivery_id: int) -> None:
    """Send one message."""
    sending.deliver(delivery_id, now())


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
    for delivery_id in redefer_waiting(now()):
        deliver.defer(delivery_id=delivery_id)


@app.periodic(cron="17 4 * * *")
@app.task(name="requests_app.notifications.sweep", queue="housekeeping")
@with_fresh_connection
def nightly_sweep(timestamp: int) -> None:
    """Remove what has served its time: form keys, drafts, rate limits, files nobody refers to."""
    sweep(now())

"""Jobs of the worker for the reports. Arguments are ids only; every job may run twice."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from civic311.lib.clock import now
from dashboards.reports.mail import sending
from requests_app.notifications.tasks import PATIENT, with_fresh_connection


@app.periodic(cron="*/20 * * * *")
@app.task(name="dashboards.report_mails", queue="housekeeping", queueing_lock="report_mails")
@with_fresh_connection
def report_mails(timestamp: int) -> None:
    """From the seventh hour of the city's day on, queue the report mails of the day, and those that still wait."""
    for mail_id in sending.make_mails(now()):
        job = send_report_mail.configure(queueing_lock=f"report-mail-{mail_id}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(mail_id=mail_id)


@app.task(name="dashboards.send_report_mail", queue="email", retry=PATIENT)
@with_fresh_connection
def send_report_mail(mail_id: int) -> None:
    """Make and send one report mail."""
    sending.send_mail(mail_id, now())

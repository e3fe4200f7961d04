"""When a mail is due, and which days it tells of: pure functions of days in the city."""

from __future__ import annotations

import datetime as dt

from dashboards.reports.models import Every, Span

FIRST_HOUR = 7
"""Mails go out in the seventh hour of the city's day; a worker that was down then makes up for it the same day."""
DAY = dt.timedelta(days=1)
_DAYS = {Span.DAYS_7: 7, Span.DAYS_30: 30, Span.DAYS_90: 90}


def span_days(span: Span, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day of a period that is over by ``today``, which is never part of it."""
    if span in _DAYS:
        return today - _DAYS[span] * DAY, today - DAY
    if span == Span.WEEK:
        monday = today - today.weekday() * DAY
        return monday - 7 * DAY, monday - DAY
    if span == Span.MONTH:
        last = today.replace(day=1) - DAY
        return last.replace(day=1), last
    last = dt.date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - DAY
    return dt.date(last.year, last.month - 2, 1), last


def turn(every: Every, day: int, today: dt.date) -> str:
    """The turn that falls on ``today``, such as "weekly 2026-03-02"; empty where none does.

    A turn has one name however often its day is changed, so that a week has one weekly mail.
    """
    if every == Every.DAILY:
        return f"daily {today}"
    if every == Every.WEEKLY:
        return f"weekly {today - today.weekday() * DAY}" if today.weekday() == day else ""
    return f"monthly {today:%Y-%m}" if today.day == day else ""


def hour_of(today: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The instant from which the mails of a day go out."""
    return dt.datetime.combine(today, dt.time(FIRST_HOUR), zone)

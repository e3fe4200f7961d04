"""The clock of a request: it stands still while we wait for somebody else, and runs on from where it stood."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from departments.calendars import business_calendar
from departments.kinds import SlaUnit
from departments.models import Category
from departments.rules import organisation
from departments.sla import BusinessCalendar, NoWorkingTimeError, add_business, elapsed
from requests_app.models import ServiceRequest
from requests_app.workflow import Status

BUSINESS_UNITS = frozenset({SlaUnit.BUSINESS_HOURS, SlaUnit.BUSINESS_DAYS})
NO_WORKING_TIME = "no_working_time"
"""What an event's ``clock`` says when the calendar has no working day, so that the date could not be moved."""


class WaitKind(TextChoices):
    """What a request on hold waits for. What lies with the city itself never stops the clock."""

    REPORTER = "reporter", _("The reporter")
    WEATHER = "weather", _("The weather or the season")
    PARTNER = "partner", _("Another owner: the State, a utility, a railroad")
    OWNER = "owner", _("A private owner")
    PERMIT = "permit", _("A permit or a court")
    MATERIAL = "material", _("Material or a machine")
    CREW = "crew", _("A crew that is free")
    OTHER = "other", _("Something else")


STOPS_THE_CLOCK = frozenset(
    {WaitKind.REPORTER, WaitKind.WEATHER, WaitKind.PARTNER, WaitKind.OWNER, WaitKind.PERMIT}
)
"""Waits the clock may stand still for: nobody in the city can end them."""


def can_pause(request: ServiceRequest, now: dt.datetime) -> bool:
    """Whether there is a clock to stop: a date that has not passed."""
    return request.due_at is not None and request.due_at > now


def begins_on(day: dt.date, calendar: BusinessCalendar) -> dt.datetime:
    """The first instant of a day in the city."""
    return dt.datetime.combine(day, dt.time.min, calendar.zone).astimezone(dt.UTC)


def closes_on(day: dt.date, request: ServiceRequest) -> dt.datetime:
    """The last instant of work on a day: closing time, or the end of a day on which the department does not work."""
    calendar = calendar_of(request)
    hours = calendar.hours[day.weekday()] if calendar.works_on(day) else None
    closing = min(hours[1], 1439) if hours else 1439
    return dt.datetime.combine(day, dt.time(closing // 60, closing % 60), calendar.zone).astimezone(dt.UTC)


def calendar_of(request: ServiceRequest) -> BusinessCalendar:
    """The calendar of the request's department."""
    department = organisation()[0].get(request.department_id or 0)
    return business_calendar(department.calendar_id if department else None)


def runs_on(
    request: ServiceRequest,
    due: dt.datetime,
    *,
    stood_at: dt.datetime,
    from_then: dt.datetime,
    category: Category | None = None,
) -> dt.datetime:
    """The due date when what was left of it at ``stood_at`` is left at ``from_then``.

    Counted as the category promises: in business time of the department's calendar, or by the clock on the wall, as
    calendar days are. A date that had passed stays. Raises `NoWorkingTimeError` for a calendar without a working day.
    """
    if due <= stood_at:
        return due
    calendar = calendar_of(request)
    if SlaUnit((category or request.category).sla_unit) not in BUSINESS_UNITS:
        wall = due.astimezone(calendar.zone) - stood_at.astimezone(calendar.zone)
        return (from_then.astimezone(calendar.zone) + wall).astimezone(dt.UTC)
    return add_business(from_then, elapsed(stood_at, due, calendar), calendar)


def paused(request: ServiceRequest, *, until: dt.date | None, now: dt.datetime) -> dict[str, Any]:
    """The columns of a hold: the clock stands until a day, or goes on now (``until`` None).

    A request that stood still before keeps its first instant and gives back what it was lent too much.
    """
    due = request.due_at
    if due is None:
        return {"paused_at": None}
    calendar = calendar_of(request)
    if request.paused_at is not None and request.review_on is not None:
        due = runs_on(request, due, stood_at=begins_on(request.review_on, calendar), from_then=now)
    if until is None:
        return {"due_at": due, "paused_at": None}
    due = runs_on(request, due, stood_at=now, from_then=begins_on(until, calendar))
    return {"due_at": due, "paused_at": request.paused_at or now}


def stopped(
    request: ServiceRequest, *, until: dt.date | None, now: dt.datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns and words of a hold whose clock stands still until a day, or runs (``until`` None).

    Nothing where there is no clock to stop or to start again. A calendar without a working day leaves the date as it
    is, and the event says so.
    """
    if until is None and request.paused_at is None:
        return {}, {}
    if until is not None and not can_pause(request, now):
        return {}, {}
    words: dict[str, Any] = {"pauses": True} if until else {}
    try:
        return paused(request, until=until, now=now), words
    except NoWorkingTimeError:
        return {"paused_at": (request.paused_at or now) if until else None}, words | {
            "clock": NO_WORKING_TIME
        }


def goes_on(request: ServiceRequest, target: Status, now: dt.datetime) -> dict[str, Any]:
    """The columns of a step that takes a paused request off hold: the due date corrected by the real pause."""
    if request.paused_at is None or request.status != Status.ON_HOLD or target == Status.ON_HOLD:
        return {}
    try:
        return paused(request, until=None, now=now)
    except NoWorkingTimeError:
        return {}


def still_paused(request: ServiceRequest, due: dt.datetime | None, category: Category) -> dt.datetime | None:
    """A due date of another category for a request whose clock stands still: later by the pause that is planned."""
    if due is None or request.paused_at is None or request.review_on is None:
        return due
    try:
        until = begins_on(request.review_on, calendar_of(request))
        return runs_on(request, due, stood_at=request.paused_at, from_then=until, category=category)
    except NoWorkingTimeError:
        return due

"""Business calendars of departments, from rows to the pure form `departments.sla` counts in."""

import datetime as dt
import logging

from civic311.lib.cached import cached
from departments.kinds import SlaUnit
from departments.models import Calendar, City
from departments.models.storm import StormPolicy
from departments.sla import BusinessCalendar, Hours, NoWorkingTimeError, due_at, minute_of_day
from departments.storms import storm_at

log = logging.getLogger(__name__)


def business_calendar(calendar_id: int | None) -> BusinessCalendar:
    """The calendar with this id; without one, business time is the working week, 8:00 to 17:00."""
    calendars = all_calendars()
    return calendars[calendar_id] if calendar_id in calendars else calendars[None]


@cached(seconds=10)
def all_calendars() -> dict[int | None, BusinessCalendar]:
    """Every calendar by id; None is the fallback."""
    zone = City.current().zone
    working_day: Hours = (8 * 60, 17 * 60)
    result: dict[int | None, BusinessCalendar] = {
        None: BusinessCalendar(zone, (working_day,) * 5 + (None, None))
    }
    for calendar in Calendar.objects.prefetch_related("holidays"):
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
            _hours(pair) for pair in calendar.hours
        )
        result[calendar.pk] = BusinessCalendar(
            zone,
            (monday, tuesday, wednesday, thursday, friday, saturday, sunday),
            frozenset(holiday.day for holiday in calendar.holidays.all()),
        )
    return result


def due_for(
    *, created_at: dt.datetime, sla_amount: int | None, sla_unit: str, calendar_id: int | None
) -> dt.datetime | None:
    """When a promise made at ``created_at`` falls due, or None when nothing is promised.

    A storm in force then changes it as declared: later by whole days, or no promise at all. A calendar without a
    working day promises nothing, so that a report is never lost over a mistake in the settings; the log says so.
    """
    if sla_amount is None:
        return None
    storm = storm_at(created_at)
    if storm is not None and storm.storm.policy == StormPolicy.SUSPEND:
        return None
    calendar = business_calendar(calendar_id)
    try:
        due = due_at(created_at, sla_amount, sla_unit, calendar)
    except NoWorkingTimeError:
        log.error("calendar %s has no working day: nothing is promised", calendar_id)
        return None
    if due is None or storm is None or storm.storm.extra_days is None:
        return due
    return due_at(due, storm.storm.extra_days, SlaUnit.CALENDAR_DAYS, calendar)


def _hours(pair: list[str] | None) -> Hours:
    if pair is None:
        return None
    opening, closing = pair
    end = 1440 if closing == "24:00" else minute_of_day(dt.time.fromisoformat(closing))
    return (minute_of_day(dt.time.fromisoformat(opening)), end)

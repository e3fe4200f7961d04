"""Due dates and business time: pure functions over a department's calendar.

A promise is made in business hours, business days or calendar days, or not at all. Business time is counted in
the department's calendar (opening hours by weekday, holidays) and in the city's time zone; every result is an
instant in UTC, so that no later arithmetic can trip over a clock change.

Clock changes, decided once for the whole module:

* a wall-clock time that the clocks skip stands for the first instant after the gap;
* a wall-clock time that happens twice stands for its first occurrence when it opens a window or is a due date,
  and for its last occurrence when it closes a window, so that an office is never shut in the middle of its hours;
* business time is real time: the day of the change has 23 or 25 hours in a calendar that never closes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from departments.kinds import SlaUnit

MINUTES_PER_DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FIRST_DECADE, _LAST_DECADE = 1800, 2290

Hours = tuple[int, int] | None
"""Opening and closing of one weekday in minutes after midnight, closing at most 1440; None is a day off."""


class NoWorkingTimeError(ValueError):
    """The calendar has no working day, or none within reach, so business time never passes."""


@dataclass(frozen=True)
class BusinessCalendar:
    """When a department works.

    `zone` is the city's time zone; `hours` has seven entries, Monday first; `holidays` are dates on which the
    department does not work at all. Raises ValueError for hours that are no hours.
    """

    zone: ZoneInfo
    hours: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if len(self.hours) != 7:
            raise ValueError(f"A week has seven days, not {len(self.hours)}.")
        for opening in self.hours:
            if opening is not None and not 0 <= opening[0] < opening[1] <= MINUTES_PER_DAY:
                raise ValueError(f"Hours must open before they close, within one day: {opening}.")

    @property
    def has_working_day(self) -> bool:
        """Whether any weekday is worked."""
        return any(opening is not None for opening in self.hours)

    def works_on(self, day: date) -> bool:
        """Whether the department works on `day`, a date in the city's zone."""
        return self.hours[day.weekday()] is not None and day not in self.holidays


def minute_of_day(clock: time) -> int:
    """Minutes after midnight, for building `BusinessCalendar.hours` from stored times."""
    return clock.hour * 60 + clock.minute


def weekday_calendar(
    zone: ZoneInfo, opens: int = 8 * 60, closes: int = 17 * 60, holidays: frozenset[date] = frozenset()
) -> BusinessCalendar:
    """A calendar that works Monday to Friday from `opens` to `closes`, in minutes after midnight."""
    day = (opens, closes)
    return BusinessCalendar(zone, (day, day, day, day, day, None, None), holidays)


def due_at(start: datetime, amount: int, unit: str, calendar: BusinessCalendar) -> datetime | None:
    """The instant (UTC) by which a request opened at `start` should be closed; None without a promise.

    * business hours: `amount` hours of business time after `start`.
    * business days: the close of business on the `amount`-th working day after the day of opening. The day of
      opening is not counted and the last day runs to its end, as courts and administrations count days
      (Fed. R. Civ. P. 6(a)(1); Regulation (EEC) 1182/71, article 3): a report at 23:00 must not be due at 23:00,
      when nobody works, nor one at 03:00 lose a day. Zero days is the close of the working day that is running,
      or of the next one.
    * calendar days: the same wall-clock time `amount` days later. All 9,714 due dates that Baltimore published in
      its 2018 sample lie a whole number of calendar days after opening, weekends included; across a clock
      change "the same time of day" is what people read, so the wall clock is kept, not a multiple of 24 hours.

    Raises ValueError for a naive `start`, a negative `amount` or an unknown unit, and NoWorkingTimeError where
    business time is asked of a calendar without any.
    """
    kind = SlaUnit(unit)
    if kind is SlaUnit.NONE:
        return None
    if amount < 0:
        raise ValueError("A promise can't be negative.")
    if kind is SlaUnit.BUSINESS_HOURS:
        return add_business(start, timedelta(hours=amount), calendar)
    if kind is SlaUnit.BUSINESS_DAYS:
        return _end_of_working_day(start, amount, calendar)
    _require_aware(start)
    if amount == 0:
        return start.astimezone(UTC)
    wall = start.astimezone(calendar.zone).replace(tzinfo=None)
    return _instant(wall + timedelta(days=amount), calendar.zone)


def elapsed(start: datetime, end: datetime, calendar: BusinessCalendar) -> timedelta:
    """Business time from `start` to `end`; negative when `end` lies before `start`.

    Adds up over any split: elapsed(a, c) = elapsed(a, b) + elapsed(b, c). Raises ValueError for naive instants
    and NoWorkingTimeError for a calendar without a working day.
    """
    since, until = _ticks(start), _ticks(end)
    line = _timeline(calendar, *_decades(min(start, end, key=_ticks), max(start, end, key=_ticks)))
    return (line.worked_by(until) - line.worked_by(since)) * _TICK


def add_business(start: datetime, amount: timedelta, calendar: BusinessCalendar) -> datetime:
    """The instant (UTC) that lies `amount` of business time after `start`, or before it when negative.

    Forward it is the earliest such instant, so an amount that is used up at closing time ends there and not at
    the next opening; backward it is the latest. Zero gives `start`. elapsed(start, result) is always `amount`.
    Raises ValueError for a naive `start` and NoWorkingTimeError where the calendar never gets there.
    """
    at, wanted = _ticks(start), amount // _TICK
    if wanted == 0:
        return start.astimezone(UTC)
    for line in _widening(start, calendar, forward=wanted > 0):
        goal = line.worked_by(at) + wanted
        if 0 <= goal <= line.total:
            reached = line.earliest(goal) if wanted > 0 else line.latest(goal)
            if reached is not None:
                return _EPOCH + reached * _TICK
    raise NoWorkingTimeError("The calendar has no working time left within reach.")


def _end_of_working_day(start: datetime, amount: int, calendar: BusinessCalendar) -> datetime:
    at = _ticks(start)
    opened_on = start.astimezone(calendar.zone).toordinal()
    for line in _widening(start, calendar, forward=True):
        if amount:
            index = bisect_right(line.days, opened_on) + amount - 1
        else:
            index = bisect_right(line.closes, at)
        if index < len(line.closes):
            return _EPOCH + line.closes[index] * _TICK
    raise NoWorkingTimeError("The calendar has no working day left within reach.")


class _Timeline:
    """All working windows of some years, as microseconds since 1970, with the business time before each."""

    def __init__(self, calendar: BusinessCalendar, first_year: int, last_year: int) -> None:
        self.days: list[int] = []
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.before: list[int] = []
        self.total = 0
        for day in range(date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal() + 1):
            self._add(calendar, date.fromordinal(day))

    def _add(self, calendar: BusinessCalendar, day: date) -> None:
        hours = calendar.hours[day.weekday()]
        if hours is None or day in calendar.holidays:
            return
        midnight = datetime.combine(day, time.min)
        opens = _ticks(_instant(midnight + timedelta(minutes=hours[0]), calendar.zone))
        # A clock that goes back at midnight repeats the first hour of the next day: a window never reaches into
        # the next day, or that hour would count twice.
        next_day = _ticks(_instant(midnight + timedelta(days=1), calendar.zone))
        closes = _ticks(_instant(midnight + timedelta(minutes=hours[1]), calendar.zone, last=True))
        closes = min(closes, next_day)
        if closes <= opens:  # The clocks skipped these hours, or, at the date line, the whole day.
            return
        self.days.append(day.toordinal())
        self.opens.append(opens)
        self.closes.append(closes)
        self.before.append(self.total)
        self.total += closes - opens

    def worked_by(self, at: int) -> int:
        """Business time from the beginning of the timeline to `at`."""
        index = bisect_right(self.opens, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.closes[index]) - self.opens[index]

    def earliest(self, goal: int) -> int | None:
        """First instant at which `goal` > 0 of business time has been worked."""
        index = bisect_left(self.before, goal) - 1
        return None if index < 0 else self.opens[index] + goal - self.before[index]

    def latest(self, goal: int) -> int | None:
        """Last instant at which no more than `goal` has been worked; None when it lies after the timeline."""
        index = bisect_right(self.before, goal) - 1
        if index < 0:
            return None
        reached = self.opens[index] + goal - self.before[index]
        return None if reached >= self.closes[index] else reached


@lru_cache(maxsize=64)
def _timeline(calendar: BusinessCalendar, first_decade: int, last_decade: int) -> _Timeline:
    if not calendar.has_working_day:
        raise NoWorkingTimeError("The calendar has no working day. Give at least one weekday opening hours.")
    return _Timeline(calendar, first_decade, last_decade + 9)


def _widening(start: datetime, calendar: BusinessCalendar, *, forward: bool) -> Iterator[_Timeline]:
    """Timelines around `start` that reach further and further: mostly the first one, of one decade, will do."""
    first, last = _decades(start, start)
    reach = 10
    while True:
        yield _timeline(calendar, first, last)
        if (last >= _LAST_DECADE) if forward else (first <= _FIRST_DECADE):
            return
        if forward:
            last = min(last + reach, _LAST_DECADE)
        else:
            first = max(first - reach, _FIRST_DECADE)
        reach *= 2


def _decades(start: datetime, end: datetime) -> tuple[int, int]:
    # A day of margin: the year in the city's zone may differ from the year of the instant given.
    first, last = (start - timedelta(days=1)).year, (end + timedelta(days=1)).year
    if first < _FIRST_DECADE or last > _LAST_DECADE + 9:
        raise ValueError(f"Business time is counted from {_FIRST_DECADE} to {_LAST_DECADE + 9}.")
    return first // 10 * 10, last // 10 * 10


def _instant(wall: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The instant (UTC) of a naive wall-clock time; see the module's text for skipped and repeated times."""
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if early <= late:
        return late if last else early
    # Skipped (PEP 495: here fold=0 gives the later instant). Find the change of offset between the two.
    low, high = late, early
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > low else middle
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _ticks(at: datetime) -> int:
    _require_aware(at)
    return (at - _EPOCH) // _TICK


def _require_aware(at: datetime) -> None:
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("An instant needs a time zone.")

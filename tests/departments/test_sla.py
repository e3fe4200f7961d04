"""Due dates and business time: examples, and what must hold for any calendar on any day."""

import csv
import gzip
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments import sla
from departments.kinds import SlaUnit
from departments.sla import BusinessCalendar, NoWorkingTimeError, add_business, due_at, elapsed

BALTIMORE = ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",  # half an hour
        "America/Havana",  # changes at midnight
        "Asia/Beirut",  # changes at midnight, falls back into the day before
        "Pacific/Auckland",
    )
]
OFFICE = sla.weekday_calendar(BALTIMORE, holidays=frozenset({date(2026, 7, 3), date(2026, 11, 26)}))
ALWAYS = ((0, 1440),) * 7
CLOSED = BusinessCalendar(BALTIMORE, (None,) * 7)


def local(text: str, zone: ZoneInfo = BALTIMORE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shown(at: datetime | None, zone: ZoneInfo = BALTIMORE) -> str:
    assert at is not None
    assert at.tzinfo is UTC
    return at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-11-18 10:00", 4, "Wed 2026-11-18 14:00"),
        ("2026-11-18 10:00", 7, "Wed 2026-11-18 17:00"),  # used up at closing time
        ("2026-11-18 10:00", 8, "Thu 2026-11-19 09:00"),
        ("2026-11-20 16:30", 1, "Mon 2026-11-23 08:30"),  # over a weekend
        ("2026-11-25 16:30", 1, "Fri 2026-11-27 08:30"),  # over Thanksgiving
        ("2026-11-21 12:00", 2, "Mon 2026-11-23 10:00"),  # opened on a Saturday
        ("2026-11-18 22:00", 0, "Wed 2026-11-18 22:00"),
    ],
)
def test_due_at_business_hours(start: str, amount: int, expected: str) -> None:
    assert shown(due_at(local(start), amount, SlaUnit.BUSINESS_HOURS, OFFICE)) == expected


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-11-18 10:00", 1, "Thu 2026-11-19 17:00"),
        ("2026-11-18 23:00", 1, "Thu 2026-11-19 17:00"),
        ("2026-11-18 03:00", 1, "Thu 2026-11-19 17:00"),
        ("2026-11-20 10:00", 1, "Mon 2026-11-23 17:00"),
        ("2026-11-21 10:00", 1, "Mon 2026-11-23 17:00"),
        ("2026-11-24 10:00", 2, "Fri 2026-11-27 17:00"),  # Thursday is Thanksgiving
        ("2026-11-18 10:00", 0, "Wed 2026-11-18 17:00"),
        ("2026-11-18 17:00", 0, "Thu 2026-11-19 17:00"),  # the day is over
        ("2026-11-21 10:00", 0, "Mon 2026-11-23 17:00"),
        ("2029-12-31 10:00", 1, "Tue 2030-01-01 17:00"),  # into the next table of years
    ],
)
def test_due_at_business_days(start: str, amount: int, expected: str) -> None:
    assert shown(due_at(local(start), amount, SlaUnit.BUSINESS_DAYS, OFFICE)) == expected


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-11-20 10:11", 10, "Mon 2026-11-30 10:11"),
        ("2026-03-07 12:00", 1, "Sun 2026-03-08 12:00"),  # 23 hours later
        ("2026-10-31 12:00", 1, "Sun 2026-11-01 12:00"),  # 25 hours later
        ("2026-03-07 02:30", 1, "Sun 2026-03-08 03:00"),  # skipped: the first instant after the gap
        ("2026-10-31 01:30", 1, "Sun 2026-11-01 01:30"),
        ("2026-11-20 10:11", 0, "Fri 2026-11-20 10:11"),
    ],
)
def test_due_at_calendar_days(start: str, amount: int, expected: str) -> None:
    assert shown(due_at(local(start), amount, SlaUnit.CALENDAR_DAYS, CLOSED)) == expected


def test_due_at_calendar_days_takes_the_first_of_a_repeated_time() -> None:
    due = due_at(local("2026-10-31 01:30"), 1, "calendar_days", OFFICE)
    assert due == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_due_at_keeps_the_instant_of_a_repeated_opening_with_zero_days() -> None:
    start = local("2026-11-01 01:30").replace(fold=1)
    assert due_at(start, 0, "calendar_days", OFFICE) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_due_at_none_promises_nothing() -> None:
    assert due_at(local("2026-11-20 10:00"), 5, SlaUnit.NONE, CLOSED) is None


def test_due_at_does_not_depend_on_the_zone_of_its_argument() -> None:
    start = local("2026-11-20 22:30")
    for unit in ("business_hours", "business_days", "calendar_days"):
        assert due_at(start, 3, unit, OFFICE) == due_at(start.astimezone(UTC), 3, unit, OFFICE)


@pytest.mark.parametrize("unit", ["business_hours", "business_days"])
def test_business_time_without_a_working_day_is_refused(unit: str) -> None:
    with pytest.raises(NoWorkingTimeError, match="no working day"):
        due_at(local("2026-11-20 10:00"), 3, unit, CLOSED)
    with pytest.raises(NoWorkingTimeError):
        elapsed(local("2026-11-20 10:00"), local("2026-11-21 10:00"), CLOSED)


def test_business_time_of_an_endless_holiday_is_refused() -> None:
    mondays = (date(2026, 1, 5) + timedelta(weeks=n) for n in range(-200, 15_000))
    only_mondays = BusinessCalendar(
        BALTIMORE, ((480, 1020), None, None, None, None, None, None), frozenset(mondays)
    )
    with pytest.raises(NoWorkingTimeError, match="within reach"):
        add_business(local("2026-11-20 10:00"), timedelta(hours=1), only_mondays)


@pytest.mark.parametrize(
    ("amount", "unit", "start"),
    [
        (-1, "business_days", local("2026-11-20 10:00")),
        (1, "fortnights", local("2026-11-20 10:00")),
        (1, "business_hours", datetime(2026, 11, 20)),
        (1, "calendar_days", datetime(2026, 11, 20)),
        (1, "business_hours", datetime(1066, 10, 14, tzinfo=UTC)),
    ],
)
def test_due_at_refuses_nonsense(amount: int, unit: str, start: datetime) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        due_at(start, amount, unit, OFFICE)


@pytest.mark.parametrize("hours", [(600, 600), (700, 600), (-1, 600), (600, 1441)])
def test_calendar_refuses_impossible_hours(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="open before they close"):
        BusinessCalendar(BALTIMORE, (hours, None, None, None, None, None, None))


def test_calendar_refuses_a_week_of_six_days() -> None:
    with pytest.raises(ValueError, match="seven days"):
        BusinessCalendar(BALTIMORE, (None,) * 6)  # type: ignore[arg-type]


def test_elapsed_counts_opening_hours_only() -> None:
    assert elapsed(local("2026-11-20 16:00"), local("2026-11-23 09:30"), OFFICE) == timedelta(
        hours=2, minutes=30
    )
    assert elapsed(local("2026-11-23 09:30"), local("2026-11-20 16:00"), OFFICE) == -timedelta(
        hours=2, minutes=30
    )
    assert elapsed(local("2026-11-21 09:30"), local("2026-11-22 16:00"), OFFICE) == timedelta(0)


def test_elapsed_over_the_day_that_samoa_skipped() -> None:
    samoa = BusinessCalendar(ZoneInfo("Pacific/Apia"), ((480, 1020),) * 7)
    start, end = (local(f"2011-12-{day} 12:00", samoa.zone) for day in (29, 31))
    assert elapsed(start, end, samoa) == timedelta(hours=9)


def days_of_change(zone: ZoneInfo) -> list[date]:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(3653)]
    noon = [datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in days]
    return [days[n] for n in range(1, len(days)) if noon[n] != noon[n - 1]]


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_clock_changes_of_ten_years(zone: ZoneInfo) -> None:
    office, always = sla.weekday_calendar(zone), BusinessCalendar(zone, ALWAYS)
    early = BusinessCalendar(zone, ((30, 150),) * 7)  # opens inside or beside the change
    changes = days_of_change(zone)
    assert len(changes) >= 18
    for day in changes:
        start = datetime(day.year, day.month, day.day, 12, tzinfo=zone) - timedelta(days=4)
        end = start + timedelta(days=7)  # same wall clock, one clock change in between
        assert elapsed(start, end, office) == timedelta(hours=45)
        real = end.astimezone(UTC) - start.astimezone(UTC)
        assert real != timedelta(days=7)
        assert elapsed(start, end, always) == real
        assert abs(elapsed(start, end, early) - timedelta(hours=14)) <= timedelta(hours=1)
        for minutes in range(0, int(real.total_seconds()) // 60, 47):
            middle = start.astimezone(UTC) + timedelta(minutes=minutes)
            for calendar in (always, early):
                parts = elapsed(start, middle, calendar), elapsed(middle, end, calendar)
                assert min(parts) >= timedelta(0)
                assert sum(parts, timedelta()) == elapsed(start, end, calendar)
        assert shown(due_at(start, 7, "calendar_days", office), zone)[-5:] == "12:00"


def window() -> st.SearchStrategy[tuple[int, int] | None]:
    ends = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(
        lambda pair: abs(pair[0] - pair[1]) >= 60
    )
    return st.none() | ends.map(lambda pair: (min(pair), max(pair)))


def calendars() -> st.SearchStrategy[BusinessCalendar]:
    weeks = st.tuples(*[window()] * 7).filter(any)
    holidays = st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=20)
    return st.builds(BusinessCalendar, st.sampled_from(ZONES), weeks, holidays)


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
AMOUNTS = st.timedeltas(timedelta(0), timedelta(hours=300))
MANY = settings(max_examples=60, deadline=None)


@MANY
@given(calendars(), INSTANTS, AMOUNTS)
def test_adding_and_measuring_agree(calendar: BusinessCalendar, start: datetime, amount: timedelta) -> None:
    end = add_business(start, amount, calendar)
    assert end >= start
    assert elapsed(start, end, calendar) == amount
    if amount:  # the earliest such instant
        assert elapsed(start, end - timedelta(microseconds=1), calendar) < amount


@MANY
@given(calendars(), INSTANTS, AMOUNTS)
def test_adding_and_subtracting_agree(calendar: BusinessCalendar, start: datetime, amount: timedelta) -> None:
    earlier = add_business(start, -amount, calendar)
    assert earlier <= start
    assert elapsed(earlier, start, calendar) == amount
    back = add_business(earlier, amount, calendar)
    assert back <= start
    assert elapsed(back, start, calendar) == timedelta(0)


@MANY
@given(calendars(), INSTANTS, AMOUNTS, AMOUNTS)
def test_adding_twice_is_adding_the_sum(
    calendar: BusinessCalendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    stepwise = add_business(add_business(start, one, calendar), two, calendar)
    assert stepwise == add_business(start, one + two, calendar)


@MANY
@given(calendars(), INSTANTS, INSTANTS, INSTANTS)
def test_elapsed_adds_up_over_any_split(
    calendar: BusinessCalendar, a: datetime, b: datetime, c: datetime
) -> None:
    assert elapsed(a, b, calendar) + elapsed(b, c, calendar) == elapsed(a, c, calendar)
    assert timedelta(0) <= elapsed(min(a, b), max(a, b), calendar) <= max(a, b) - min(a, b)


@MANY
@given(calendars(), INSTANTS, INSTANTS, st.integers(0, 60), st.integers(0, 60))
def test_due_dates_are_monotonic(
    calendar: BusinessCalendar, a: datetime, b: datetime, n: int, m: int
) -> None:
    early, late = sorted((a, b))
    few, many = sorted((n, m))
    for unit in ("business_hours", "business_days"):
        assert due_at(early, few, unit, calendar) <= due_at(late, many, unit, calendar)  # type: ignore[operator]
    assert due_at(early, few, "calendar_days", calendar) <= due_at(early, many, "calendar_days", calendar)  # type: ignore[operator]


@MANY
@given(calendars(), INSTANTS, st.integers(1, 60))
def test_business_days_end_a_working_day(calendar: BusinessCalendar, start: datetime, amount: int) -> None:
    due = due_at(start, amount, "business_days", calendar)
    assert due is not None
    assert due > start
    just_before = (due - timedelta(microseconds=1)).astimezone(calendar.zone).date()
    assert calendar.works_on(just_before)
    opened = start.astimezone(calendar.zone).date()
    days = (just_before - opened).days
    worked = sum(calendar.works_on(opened + timedelta(days=n)) for n in range(1, days + 1))
    # A window that the clocks skip whole is no working day, so there can be one more than was promised.
    assert amount <= worked <= amount + 4


def test_thirty_thousand_due_dates_take_about_a_second() -> None:
    first = local("2024-11-22 00:00")
    starts = [first + timedelta(minutes=35 * n) for n in range(30_000)]
    begun = time.process_time()
    for unit in ("business_hours", "business_days", "calendar_days"):
        for start in starts[::3]:
            due_at(start, 5, unit, OFFICE)
    assert time.process_time() - begun < 3


@pytest.mark.realdata
def test_baltimores_published_due_dates_are_whole_calendar_days() -> None:
    folder = os.environ.get("CIVIC311_TEST_DATA")
    if not folder:
        pytest.skip("CIVIC311_TEST_DATA is not set")
    with gzip.open(
        Path(folder) / "requests/baltimore_2018/311_sample.csv.gz", "rt", encoding="utf-8-sig"
    ) as lines:
        rows = [row for row in csv.DictReader(lines) if row["DueDate"]]
    form = "%m/%d/%Y %I:%M:%S %p"
    reproduced = 0
    for row in rows:
        opened, due = (datetime.strptime(row[name], form) for name in ("CreatedDate", "DueDate"))
        days = round((due - opened) / timedelta(days=1))
        ours = due_at(opened.replace(tzinfo=BALTIMORE), days, "calendar_days", OFFICE)
        assert ours is not None
        published = due.replace(tzinfo=BALTIMORE).astimezone(UTC)
        reproduced += abs(ours - published) <= timedelta(seconds=1)
    assert len(rows) == 9714
    assert reproduced == 9712  # the other two name 02:43 and 02:23 of 11 March 2018, which the clocks skipped

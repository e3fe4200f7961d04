"""One source row to our terms: pure, by the mapping alone."""

import datetime as dt
import fnmatch
import hashlib
import json
import math
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from departments.packs.definitions import Bounds, ImportMapping
from requests_app.imports.doubts import Doubt
from requests_app.workflow import Channel, Outcome, Status

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""No city's requests are older, and nothing is due later: other years stand for "unknown" (1900-01-01, 9999-12-31)."""


_OUTCOMES, _CHANNELS = frozenset(Outcome.values), frozenset(Channel.values)


class RowRejected(ValueError):
    """The row cannot become a request; ``str()`` is the reason."""


class _PlaceholderDate(RowRejected):
    """The date only stands for "unknown"."""


@dataclass
class Converted:
    """What a row says, in our terms. Times are aware instants; ``problems`` are codes of warnings."""

    source_id: str
    type_name: str
    agency: str
    category: str
    department: str
    status: str
    outcome: str
    channel: str
    staff_found: bool
    created_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    updated_at: dt.datetime
    address: str
    description: str
    latitude: float | None
    longitude: float | None
    place_is_fallback: bool = False
    times_are_impossible: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def content_hash(self) -> str:
        """SHA-256 of what the row says; the same facts written differently hash alike."""
        return hashlib.sha256(json.dumps(vars(self), sort_keys=True, default=str).encode()).hexdigest()


class Converter:
    """Converts rows of one mapping; ``bounds`` (west, south, east, north) tell a stray point."""

    def __init__(self, mapping: ImportMapping, bounds: Bounds) -> None:
        self.mapping = mapping
        self.zone = ZoneInfo(mapping.timezone)
        margin = mapping.bounds_margin
        west, south, east, north = bounds
        self.bounds = (west - margin, south - margin, east + margin, north + margin)
        self.missing = {word.casefold() for word in mapping.missing}
        self.date_only = {dt.time.fromisoformat(text) for text in mapping.date_only_times}

    def convert(self, row: dict[str, str]) -> Converted:
        """The row in our terms. Raises `RowRejected` with the reason."""
        problems: list[str] = []
        created_at = self._opening(row, problems)
        source_id = self._text(row, "external_id")
        if not source_id:
            raise RowRejected("no id")
        type_name = self._text(row, "type")
        if not type_name:
            raise RowRejected("no type")
        status, outcome, flags = self._status(row, problems)
        closed_at = self._optional_time(row, "closed_at", problems)
        updated_at = self._optional_time(row, "updated_at", problems)
        closed_at, impossible = self._closing(status, closed_at, updated_at, created_at, problems)
        due_at = self._due(row, created_at, problems)
        self._compare_on_time(row, status, due_at, closed_at, problems)
        latitude, longitude, fallback = self._point(row, problems)
        agency = self._text(row, "agency")
        problems += flags
        return Converted(
            source_id=source_id[:100],
            type_name=type_name,
            agency=agency,
            category=self.mapping.types.get(type_name, ""),
            department=self.mapping.agencies.get(agency, ""),
            status=status,
            outcome=outcome,
            channel=self._channel(row, problems),
            staff_found=self._staff_found(row, type_name, agency),
            created_at=created_at,
            due_at=due_at,
            closed_at=closed_at,
            updated_at=max(filter(None, (created_at, closed_at))),
            address=self._address(row)[:300],
            description=self._text(row, "description"),
            latitude=latitude,
            longitude=longitude,
            place_is_fallback=fallback,
            times_are_impossible=impossible,
            problems=sorted({str(problem) for problem in problems}),
        )

    def _text(self, row: dict[str, str], name: str) -> str:
        column = self.mapping.columns.get(name)
        value = (row.get(column) or "").replace("\x00", "").strip() if column else ""
        return "" if value.casefold() in self.missing else value

    def _time(self, row: dict[str, str], name: str) -> dt.datetime | None:
        text = self._text(row, name)
        if not text:
            return None
        for pattern in self.mapping.date_formats:
            try:
                wall = dt.datetime.strptime(text, pattern)  # noqa: DTZ007 (the zone is the mapping's)
            except ValueError:
                continue
            if not FIRST_YEAR <= wall.year <= LAST_YEAR:
                raise _PlaceholderDate(f"{self.mapping.columns[name]} is a placeholder")
            return (wall if wall.tzinfo else wall.replace(tzinfo=self.zone)).astimezone(dt.UTC)
        raise RowRejected(f"{self.mapping.columns[name]} is not a time we can read")

    def _optional_time(self, row: dict[str, str], name: str, problems: list[str]) -> dt.datetime | None:
        try:
            return self._time(row, name)
        except _PlaceholderDate:
            problems.append(f"{name}_placeholder")
        except RowRejected:
            problems.append(f"{name}_unreadable")
        return None

    def _opening(self, row: dict[str, str], problems: list[str]) -> dt.datetime:
        try:
            created_at = self._time(row, "opened_at")
        except _PlaceholderDate:
            raise RowRejected("the opening time is a placeholder") from None
        if created_at is None:
            raise RowRejected("no opening time")
        if self._is_date_only(created_at):
            problems.append(Doubt.OPENED_DATE_ONLY)
        return created_at

    def _is_date_only(self, moment: dt.datetime) -> bool:
        """Whether the clock shows exactly what this source prints where it knows the date alone."""
        return moment.astimezone(self.zone).time() in self.date_only

    def _status(self, row: dict[str, str], problems: list[str]) -> tuple[str, str, list[str]]:
        text = self._text(row, "status")
        rule = self.mapping.statuses.get(text)
        if rule is None:
            problems.append(Doubt.UNKNOWN_STATUS)
            closed = bool(self._text(row, "closed_at"))
            return (
                (Status.CLOSED if closed else Status.OPEN).value,
                Outcome.NOT_RECORDED.value if closed else "",
                [],
            )
        outcome = rule.outcome
        if rule.status == Status.CLOSED and outcome not in _OUTCOMES:
            outcome = Outcome.NOT_RECORDED.value
        if outcome == Outcome.NOT_RECORDED:
            outcome = self._outcome(row)
        # A hold needs a reason and a review date, which no source has: such a request is simply open here.
        status = Status.OPEN.value if rule.status in {Status.ON_HOLD, Status.WITH_PARTNER} else rule.status
        return status, outcome if status == Status.CLOSED else "", list(rule.flags)

    def _outcome(self, row: dict[str, str]) -> str:
        """What the source's closing words stand for, by the first pattern that fits them."""
        text = self._text(row, "outcome")
        found = (outcome for pattern, outcome in self.mapping.outcomes.items() if _matches(text, (pattern,)))
        return next(found, Outcome.NOT_RECORDED.value)

    def _closing(
        self,
        status: str,
        closed_at: dt.datetime | None,
        updated_at: dt.datetime | None,
        created_at: dt.datetime,
        problems: list[str],
    ) -> tuple[dt.datetime | None, bool]:
        """When it was closed, and whether the source's times are impossible."""
        if status != Status.CLOSED:
            if closed_at is not None:
                problems.append(Doubt.OPEN_WITH_CLOSING)
            return None, False
        if closed_at is None:
            closed_at = updated_at
            problems.append(Doubt.CLOSED_WITHOUT_TIME if closed_at is None else Doubt.CLOSING_FROM_UPDATE)
        if closed_at is None:
            return None, True
        if closed_at < created_at:
            problems.append(Doubt.CLOSED_BEFORE_OPENED)
            return None, True
        if closed_at == created_at:
            problems.append(Doubt.CLOSED_AS_OPENED)
        if self._is_date_only(closed_at):
            problems.append(Doubt.CLOSED_DATE_ONLY)
        return closed_at, False

    def _due(self, row: dict[str, str], created_at: dt.datetime, problems: list[str]) -> dt.datetime | None:
        due_at = self._optional_time(row, "due_at", problems)
        if due_at is not None and due_at < created_at:
            problems.append(Doubt.DUE_BEFORE_OPENED)
        return due_at

    def _compare_on_time(
        self,
        row: dict[str, str],
        status: str,
        due_at: dt.datetime | None,
        closed_at: dt.datetime | None,
        problems: list[str],
    ) -> None:
        """Hold the source's own word for on time or late against its dates. What is open depends on the day: not compared."""
        if "on_time" not in self.mapping.columns:
            return
        said = self._text(row, "on_time")
        if said not in {*self.mapping.on_time_words, *self.mapping.late_words}:
            problems.append(Doubt.ON_TIME_FLAG_MISSING)
        elif closed_at is not None:
            is_late = due_at is not None and closed_at > due_at
            if is_late != (said in self.mapping.late_words):
                problems.append(Doubt.ON_TIME_FLAG_DIFFERS)

    def _point(self, row: dict[str, str], problems: list[str]) -> tuple[float | None, float | None, bool]:
        try:
            latitude = float(self._text(row, "latitude").replace(",", ""))
            longitude = float(self._text(row, "longitude").replace(",", ""))
        except ValueError:
            problems.append(Doubt.NO_POINT)
            return None, None, False
        if (
            not (math.isfinite(latitude) and math.isfinite(longitude))
            or abs(latitude) > 90
            or abs(longitude) > 180
        ):
            problems.append(Doubt.POINT_OUT_OF_RANGE)
            return None, None, False
        for fallback in self.mapping.fallback_points:
            if (
                math.dist((latitude, longitude), (fallback.latitude, fallback.longitude))
                <= fallback.tolerance
            ):
                problems.append(Doubt.FALLBACK_POINT)
                return latitude, longitude, True
        west, south, east, north = self.bounds
        if not (south <= latitude <= north and west <= longitude <= east):
            problems.append(Doubt.POINT_OUTSIDE)
        return latitude, longitude, False

    def _channel(self, row: dict[str, str], problems: list[str]) -> str:
        text = self._text(row, "channel")
        channel = self.mapping.channels.get(text, "")
        if channel in _CHANNELS:
            return channel
        if text:
            problems.append(Doubt.UNKNOWN_CHANNEL)
        return Channel.PHONE.value

    def _staff_found(self, row: dict[str, str], type_name: str, agency: str) -> bool:
        return (
            _matches(type_name, self.mapping.staff_types)
            or _matches(self._text(row, "channel"), self.mapping.staff_channels)
            or _matches(agency, self.mapping.staff_agencies)
        )

    def _address(self, row: dict[str, str]) -> str:
        address = self._text(row, "address")
        for suffix in self.mapping.address_suffixes:
            position = address.upper().find(suffix.upper())
            if position > 0:
                return address[:position].rstrip(", ")
        return address


def _matches(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)

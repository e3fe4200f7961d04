"""One source row to our terms: pure, by the mapping alone."""

import datetime as dt
import fnmatch
import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from zoneinfo import ZoneInfo

from departments.packs.definitions import Bounds, ImportMapping
from requests_app.workflow import Channel, Outcome, Status

PLACEHOLDER_YEAR = 1900


class RowRejected(ValueError):
    """The row cannot become a request; ``str()`` is the reason."""


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
        facts = asdict(self)
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


class Converter:
    """Converts rows of one mapping; ``bounds`` (west, south, east, north) tell a stray point."""

    def __init__(self, mapping: ImportMapping, bounds: Bounds) -> None:
        self.mapping = mapping
        self.zone = ZoneInfo(mapping.timezone)
        margin = mapping.bounds_margin
        west, south, east, north = bounds
        self.bounds = (west - margin, south - margin, east + margin, north + margin)
        self.missing = {word.casefold() for word in mapping.missing}

    def convert(self, row: dict[str, str]) -> Converted:
        """The row in our terms. Raises `RowRejected` with the reason."""
        problems: list[str] = []
        created_at = self._time(row, "opened_at")
        if created_at is None:
            raise RowRejected("no opening time")
        if created_at.year <= PLACEHOLDER_YEAR:
            raise RowRejected("the opening time is a placeholder")
        source_id = self._text(row, "external_id")
        if not source_id:
            raise RowRejected("no id")
        type_name = self._text(row, "type")
        if not type_name:
            raise RowRejected("no type")
        status, outcome, flags = self._status(row, problems)
        closed_at = self._optional_time(row, "closed_at", problems)
        status, outcome, closed_at, impossible = self._closing(
            status, outcome, closed_at, created_at, row, problems
        )
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
            due_at=self._due(row, created_at, problems),
            closed_at=closed_at,
            updated_at=max(filter(None, (created_at, closed_at))),
            address=self._address(row)[:300],
            description=self._text(row, "description"),
            latitude=latitude,
            longitude=longitude,
            place_is_fallback=fallback,
            times_are_impossible=impossible,
            problems=sorted(set(problems)),
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
            return (wall if wall.tzinfo else wall.replace(tzinfo=self.zone)).astimezone(dt.UTC)
        raise RowRejected(f"{self.mapping.columns[name]} is not a time we can read")

    def _optional_time(self, row: dict[str, str], name: str, problems: list[str]) -> dt.datetime | None:
        try:
            moment = self._time(row, name)
        except RowRejected:
            problems.append(f"{name}_unreadable")
            return None
        if moment is not None and moment.year <= PLACEHOLDER_YEAR:
            problems.append(f"{name}_placeholder")
            return None
        return moment

    def _status(self, row: dict[str, str], problems: list[str]) -> tuple[str, str, list[str]]:
        text = self._text(row, "status")
        rule = self.mapping.statuses.get(text)
        if rule is None:
            problems.append("unknown_status")
            closed = bool(self._text(row, "closed_at"))
            return (
                (Status.CLOSED if closed else Status.OPEN).value,
                Outcome.NOT_RECORDED.value if closed else "",
                [],
            )
        outcome = rule.outcome
        if rule.status == Status.CLOSED and outcome not in Outcome.values:
            outcome = Outcome.NOT_RECORDED.value
        # A hold needs a reason and a review date, which no source has: such a request is simply open here.
        status = Status.OPEN.value if rule.status in {Status.ON_HOLD, Status.WITH_PARTNER} else rule.status
        return status, outcome if status == Status.CLOSED else "", list(rule.flags)

    def _closing(
        self,
        status: str,
        outcome: str,
        closed_at: dt.datetime | None,
        created_at: dt.datetime,
        row: dict[str, str],
        problems: list[str],
    ) -> tuple[str, str, dt.datetime | None, bool]:
        if status != Status.CLOSED:
            if closed_at is not None:
                problems.append("open_with_closing_time")
            return status, "", None, False
        if closed_at is None:
            closed_at = self._optional_time(row, "updated_at", problems)
            problems.append("closed_without_time" if closed_at is None else "closing_time_from_update")
        if closed_at is None:
            return status, outcome, None, True
        if closed_at < created_at:
            problems.append("closed_before_opened")
            return status, outcome, None, True
        if closed_at == created_at:
            problems.append("closed_as_opened")
        return status, outcome, closed_at, False

    def _due(self, row: dict[str, str], created_at: dt.datetime, problems: list[str]) -> dt.datetime | None:
        due_at = self._optional_time(row, "due_at", problems)
        if due_at is not None and due_at < created_at:
            problems.append("due_before_opened")
            return None
        return due_at

    def _point(self, row: dict[str, str], problems: list[str]) -> tuple[float | None, float | None, bool]:
        try:
            latitude = float(self._text(row, "latitude").replace(",", ""))
            longitude = float(self._text(row, "longitude").replace(",", ""))
        except ValueError:
            problems.append("no_point")
            return None, None, False
        if (
            not (math.isfinite(latitude) and math.isfinite(longitude))
            or abs(latitude) > 90
            or abs(longitude) > 180
        ):
            problems.append("point_out_of_range")
            return None, None, False
        for fallback in self.mapping.fallback_points:
            if (
                math.dist((latitude, longitude), (fallback.latitude, fallback.longitude))
                <= fallback.tolerance
            ):
                problems.append("fallback_point")
                return latitude, longitude, True
        west, south, east, north = self.bounds
        if not (south <= latitude <= north and west <= longitude <= east):
            problems.append("point_outside_the_city")
        return latitude, longitude, False

    def _channel(self, row: dict[str, str], problems: list[str]) -> str:
        text = self._text(row, "channel")
        channel = self.mapping.channels.get(text, "")
        if channel in Channel.values:
            return channel
        if text:
            problems.append("unknown_channel")
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

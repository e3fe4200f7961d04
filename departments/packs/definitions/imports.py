"""How another system's export becomes requests."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What a source status means: our status, our outcome (closed only), and flags to set."""

    status: str
    outcome: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FallbackPoint:
    """A position a source's geocoder gives when it finds nothing: kept with a flag, left out of figures and maps."""

    latitude: float
    longitude: float
    tolerance: float
    flag: str


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """import_mappings/<name>.toml. `columns` maps our field to the source's column.

    Fields: external_id, other_id, type, agency, status, opened_at, updated_at, due_at, closed_at, outcome, channel,
    address, postal_code, neighborhood, district, latitude, longitude, description, on_time.
    `types` and `agencies` are raw name -> category / department slug, gathered from categories.csv and departments.csv
    plus the mapping's own. `staff_types`, `staff_channels`, `staff_agencies` mark work found by staff
    (a trailing or leading * matches any text). `outcomes` is pattern of the source's closing words -> our outcome, the
    first that fits counts. `on_time_words` and `late_words` are the source's own verdict in the column `on_time`.
    `date_only_times` are local clock times, ISO, that the source prints where it knows the date alone.
    """

    name: str
    title: str
    source: str
    format: str
    encoding: str
    delimiter: str
    timezone: str
    date_formats: tuple[str, ...]
    missing: tuple[str, ...]
    columns: Mapping[str, str]
    required: tuple[str, ...]
    statuses: Mapping[str, StatusRule]
    channels: Mapping[str, str]
    types: Mapping[str, str]
    agencies: Mapping[str, str]
    staff_types: tuple[str, ...]
    staff_channels: tuple[str, ...]
    staff_agencies: tuple[str, ...]
    fallback_points: tuple[FallbackPoint, ...]
    outcomes: Mapping[str, str]
    on_time_words: tuple[str, ...]
    late_words: tuple[str, ...]
    address_suffixes: tuple[str, ...]
    date_only_times: tuple[str, ...]
    bounds_margin: float
    line: int = 1

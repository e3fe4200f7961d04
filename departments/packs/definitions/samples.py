"""What invented history is made of: texts and figures."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A line of texts/*.csv. `scope` is "category:<slug>", "kind:<kind>" or "*".

    `use` is description, answer, public_note or internal_note; `outcome` is set for answers only. Placeholders:
    {street} {block} {neighborhood} {landmark} {department} {weekday} {date} {days} {partner} {name}.
    """

    use: str
    scope: str
    outcome: str
    language: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class CategoryStats:
    """stats.toml [category.<slug>]. Shares are 0 to 1; times are hours from opening to closing.

    `staff_share`: found by staff rather than reported; `closed_share`: closed in the end; `same_minute_share`: closed
    as they were opened; `season`: twelve monthly weights around 1.
    """

    category: str
    share: float
    staff_share: float
    closed_share: float
    same_minute_share: float
    median_hours: float
    p90_hours: float
    season: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StormDef:
    """A storm of each matching year: it starts on `month`/`day`, lasts `days`; `factors` multiply volumes by category."""

    name: str
    month: int
    day: int
    days: int
    years: str
    factors: Mapping[str, float]
    slowdown: float


@dataclass(frozen=True, slots=True)
class CityStats:
    """stats.toml. Weights of hours (24, by weekday and weekend), weekdays (7, Monday first), months (12), shares by name.

    `outcomes` maps "kind:<kind>" or "category:<slug>" to outcome -> share of closed requests.
    """

    requests_per_year: int
    growth_per_year: float
    weekday_hours: tuple[float, ...]
    weekend_hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    months: tuple[float, ...]
    channels: Mapping[str, float]
    languages: Mapping[str, float]
    anonymous_share: float
    email_share: float
    photo_shares: Mapping[str, float]
    duplicate_share: float
    reopened_share: float
    rerouted_share: float
    categories: Mapping[str, CategoryStats]
    outcomes: Mapping[str, Mapping[str, float]]
    storms: tuple[StormDef, ...]

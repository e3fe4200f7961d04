"""Times to close counted over the published files alone, with pandas and lifelines: what our figures must agree with.

The rules are those printed beside the figures: residents' reports only; duplicates and withdrawn ones left out, and rows
whose times can't be believed (closed as or before it was opened, closed without a time, a date without a time of day);
what is open, or closed after ``now``, counts as open until ``now``; what was opened after ``now`` does not count.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from django.conf import settings
from lifelines import KaplanMeierFitter

ZONE = "America/New_York"
BALTIMORE_PACK = Path(settings.BASE_DIR) / "departments" / "city_packs" / "baltimore"
BOSTON_PACK = Path(settings.BASE_DIR) / "tests" / "packs" / "boston"


class TimeToClose(NamedTuple):
    """How many requests, and the days by which half and nine tenths of them are closed (None: not reached)."""

    n: int
    median_days: float | None
    p90_days: float | None


def boston_times(path: Path, *, now: dt.datetime) -> dict[str, TimeToClose]:
    """Time to close by the name of the category, from ``311_service_requests_2011.zip``."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    opened, closed = (
        _instants(rows.open_dt, "%Y-%m-%d %H:%M:%S"),
        _instants(rows.closed_dt, "%Y-%m-%d %H:%M:%S"),
    )
    staff = rows.source.isin(["Employee Generated", "Maximo Integration"]) | rows.type.str.endswith(
        "(Internal)"
    )
    duplicate = rows.closure_reason.str.startswith("Case Closed Duplicate of Existing Case")
    is_closed = rows.case_status == "Closed"
    date_only = rows.open_dt.str.endswith(" 00:00:00") | rows.closed_dt.str.endswith(" 00:00:00")
    kept = ~staff & ~duplicate & ~_unbelieved(opened, closed, is_closed, date_only)
    return _by_category(rows.type, opened, closed.where(is_closed), kept, _names(BOSTON_PACK), now)


def baltimore_times(path: Path, *, now: dt.datetime) -> dict[str, TimeToClose]:
    """Time to close by the name of the category, from ``311_sample.csv.gz``."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    form = "%m/%d/%Y %I:%M:%S %p"
    opened, closed = _instants(rows.CreatedDate, form), _instants(rows.CloseDate, form)
    staff = rows.MethodReceived.isin(["Internal", "System"]) | rows.SRType.str.endswith("Proactive")
    staff |= rows.SRType == "TRM-Pickup Pothole"
    duplicate = rows.SRStatus.str.contains("(Duplicate)", regex=False)
    is_closed = rows.SRStatus.str.startswith("Closed")
    date_only = rows.CreatedDate.str.match(r".* 0[78]:00:00 PM$")
    date_only |= is_closed & rows.CloseDate.str.match(r".* 0[78]:00:00 PM$")
    kept = ~staff & ~duplicate & ~_unbelieved(opened, closed, is_closed, date_only)
    return _by_category(rows.SRType, opened, closed.where(is_closed), kept, _names(BALTIMORE_PACK), now)


def _instants(texts: Any, form: str) -> Any:
    """Local times as instants; in the doubled hour of autumn the first one, as the import takes them."""
    naive = pd.to_datetime(texts.where(texts != ""), format=form)
    first = np.ones(len(naive), dtype=bool)
    return naive.dt.tz_localize(ZONE, ambiguous=first, nonexistent=pd.Timedelta(hours=1)).dt.tz_convert("UTC")


def _unbelieved(opened: Any, closed: Any, is_closed: Any, date_only: Any) -> Any:
    return (is_closed & (closed.isna() | (closed <= opened))) | date_only


def _names(pack: Path) -> dict[str, str]:
    """The source's type -> the name of the pack's category."""
    with (pack / "categories.csv").open(newline="", encoding="utf-8") as text:
        return {
            raw.strip(): row["name"]
            for row in csv.DictReader(text)
            for raw in row["source_types"].split("|")
            if raw.strip()
        }


def _by_category(
    types: Any, opened: Any, closed: Any, kept: Any, names: dict[str, str], now: dt.datetime
) -> dict[str, TimeToClose]:
    instant = pd.Timestamp(now)
    ended = closed.notna() & (closed <= instant)
    days = (closed.where(ended, instant) - opened).dt.total_seconds() / 86_400
    table = pd.DataFrame({"name": types.str.strip().map(names), "days": days, "ended": ended})
    table = table[kept & (opened <= instant)]
    assert table.name.notna().all(), "a type without a category"
    return {str(name): _time_to_close(rows.days, rows.ended) for name, rows in table.groupby("name")}


def _time_to_close(days: Any, ended: Any) -> TimeToClose:
    survival = KaplanMeierFitter().fit(days, ended).survival_function_.iloc[:, 0]
    median, p90 = (_first_at_most(survival, share) for share in (0.5, 0.1))
    return TimeToClose(len(days), median, p90)


def _first_at_most(survival: Any, share: float) -> float | None:
    """The first time at which no more than ``share`` are open; a hair of rounding does not count."""
    reached = survival[survival <= share + 1e-12]
    return float(reached.index[0]) if len(reached) else None

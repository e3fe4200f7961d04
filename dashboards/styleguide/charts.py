"""Every chart in its states, with made-up numbers: ordinary ones, one value, large ones, long names, none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import cos, pi, sin
from typing import Any

import numpy as np

from civic311.lib.statistics import Curve, Quantile, kaplan_meier
from dashboards.reports import charts
from dashboards.reports.charts.figure import Figure, Picture

MONDAY = date(2026, 1, 5)
WEEKS = [MONDAY + timedelta(weeks=n) for n in range(26)]
LONG = "Sanitation, recycling and bulk trash in alleys behind a row of houses"
ROWS = "#charts"
DEPARTMENTS = (
    *(
        "Transportation",
        "Public Works",
        "Housing",
        "Recreation and Parks",
        "Police",
        "Fire",
        "Health",
        "Finance",
    ),
    *("General Services", "Law", "Mayor's office", "Parking", "Water and Wastewater"),
)
CATEGORIES = ("Pothole", "Street light", "Missed trash", "Illegal dumping", "Fallen tree", "Rats", LONG)
OUTCOMES = (
    *("Fixed", "Already fixed", "Not found", "Passed on"),
    *("Declined", "No access", "Withdrawn", "Something else"),
)


def figures() -> list[Figure]:
    """All the samples, in the order of the page."""
    samples: list[tuple[str, Picture | None]] = [
        ("How long requests stay open, by department", _survival(4, 900)),
        ("One curve, few requests", _survival(1, 14)),
        ("A curve that has not come to half", _survival(1, 40, slow=True)),
        ("No curve yet", charts.survival([], ("Department", "Requests", "half", "9 of 10"), "days")),
        ("How old the open requests are", _histogram(1)),
        ("Large numbers and long names", _histogram(98_765, long=True)),
        ("One bar", charts.histogram([charts.Bin(label="0–7", count=1)], headers=("Age", "Open"))),
        ("No bars", charts.histogram([], headers=("Age", "Open"))),
        (
            "Most requests come on weekday mornings",
            charts.heat(_hours(40), headers=("Hour", "All"), hrefs=_links()),
        ),
        ("A quiet week", charts.heat(_hours(0), headers=("Hour", "All"))),
        ("Requests by week and category", _multiples()),
        ("Time to close by district", _map(14)),
        ("A map of many areas", _map(240)),
        (
            "No areas",
            charts.choropleth([], charts.draw_outlines({}), headers=("Area", "Days"), too_few="too few"),
        ),
        ("Who passes requests on to whom", _flows()),
        ("Nothing was passed on", charts.flow_table([], headers=("From", "To", "All"))),
        ("Requests by week against earlier years", _line(26, storm=True)),
        ("Requests by month, large numbers", _months()),
        ("One week", _line(1)),
        ("No weeks", charts.line([], headers=("Week", "Requests", "Usual band"))),
        ("What came of it, by category", _shares()),
        ("Nothing closed", charts.shares([], OUTCOMES, headers=("Category", "Closed"))),
        ("Bars, with an interval", _bars()),
        ("How old the open requests are, by department", _stack()),
        ("Opened and closed by week", _weeks()),
        ("Half and nine of ten", _strip()),
        ("Too few to show", None),
    ]
    return [_figure(at, finding, picture) for at, (finding, picture) in enumerate(samples)]


def sparks() -> list[dict[str, Any]]:
    """Small lines with their titles."""
    values = [60 + 22 * sin(n / 3) + n for n in range(26)]
    gaps = [None if n % 5 == 0 else value for n, value in enumerate(values[:13])]
    samples = {
        "26 weeks over the usual band": charts.sparkline(
            values, [(50.0 + n, 90.0 + n / 2) for n in range(26)]
        ),
        "13 weeks with gaps": charts.sparkline(gaps),
        "One value": charts.sparkline([5]),
        "No values": charts.sparkline([]),
    }
    return [{"title": title, "drawing": drawing} for title, drawing in samples.items()]


def _figure(at: int, finding: str, picture: Picture | None) -> Figure:
    return Figure(
        uid=f"sample{at}",
        finding=finding,
        description="Made-up numbers.",
        definition="What is counted, by which clock, in one sentence.",
        rows=12_345,
        rows_href=ROWS,
        csv_href=ROWS,
        xlsx_href=ROWS,
        drawing=picture,
        empty="Too few requests to show (n = 4).",
        excluded="214 left out: found by staff.",
        excluded_href=ROWS,
        lead=at == 0,
    )


def _survival(count: int, n: int, *, slow: bool = False) -> Picture:
    names = (*DEPARTMENTS[:3], LONG)
    series = [
        charts.SurvivalSeries(label=names[at], curve=_curve(at, n, slow=slow), href=ROWS)
        for at in range(count)
    ]
    return charts.survival(series, ("Department", "Requests", "half closed", "9 of 10 closed"), "days")


def _curve(seed: int, n: int, *, slow: bool) -> Curve:
    """Requests closed at a steady pace, those older than what has been seen so far still open."""
    chance = np.random.default_rng(seed)
    ages = chance.exponential(400.0 if slow else 4 + 9 * seed, n)
    seen = chance.uniform(0, 120, n)
    return kaplan_meier(np.minimum(ages, seen), ages <= seen)


def _histogram(factor: int, *, long: bool = False) -> Picture:
    names = ("0–7 days", "8–30 days", "31–90 days", "91–365 days", "Over 365 days")
    counts = (412, 655, 231, 98, 12)
    bins = [
        charts.Bin(label=f"{LONG} {name}" if long else name, count=n * factor, href=ROWS, is_marked=at > 2)
        for at, (name, n) in enumerate(zip(names, counts, strict=True))
    ]
    return charts.histogram(bins, headers=("Age", "Open"), marked="past the due date")


def _hours(most: int) -> list[list[int]]:
    def busy(day: int, hour: int) -> float:
        return max(0.0, sin((hour - 5) / 16 * pi)) ** 2 * (1 if day < 5 else 0.35)

    return [[round(most * busy(day, hour)) for hour in range(24)] for day in range(7)]


def _links() -> Mapping[tuple[int, int], str]:
    return {(day, hour): ROWS for day in range(7) for hour in range(24)}


def _multiples() -> Picture:
    series = []
    for at, name in enumerate(CATEGORIES):
        usual = [90 / (at + 1) * (1 + 0.3 * sin(n / 6)) for n in range(26)]
        series.append(
            charts.SmallSeries(
                label=name,
                values=tuple(
                    None
                    if at == 5 and n < 9
                    else round(v * (1.6 if at == 3 and n > 19 else 1 + 0.2 * cos(n)))
                    for n, v in enumerate(usual)
                ),
                lower=tuple(round(v * 0.8) for v in usual),
                upper=tuple(round(v * 1.2) for v in usual),
                href=ROWS,
                note=f"{round(usual[-1])} last week",
            )
        )
    return charts.multiples(series, WEEKS, header="Category", names=("this year", "usual band"))


def _map(count: int) -> Picture:
    """Areas in a honeycomb of squares with wavy sides."""
    across = round(count**0.5)
    polygons = {}
    for at in range(count):
        column, row = at % across, at // across
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
        ring = [
            [-76.6 + (x + 0.2 * sin(y * 2)) * 0.01, 39.3 - (y + 0.2 * cos(x * 2)) * 0.01] for x, y in corners
        ]
        polygons[at] = {"type": "Polygon", "coordinates": [ring]}
    areas = [
        charts.MapArea(
            pk=at,
            label=f"District {at + 1}",
            short=str(at + 1),
            value=None if at % 11 == 3 else round(3 + 40 * abs(sin(at)), 1),
            href=ROWS,
            cells=(charts.Cell(str(90 + at), ROWS, 90 + at),),
        )
        for at in range(count)
    ]
    outlines = charts.draw_outlines(polygons)
    return charts.choropleth(
        areas, outlines, headers=("District", "Half closed, days", "Requests"), too_few="too few"
    )


def _flows() -> Picture:
    flows = [
        charts.Flow(
            source=source, target=target, count=round(900 / (1 + a * b + abs(a - b)) ** 1.5), href=ROWS
        )
        for a, source in enumerate(DEPARTMENTS)
        for b, target in enumerate(DEPARTMENTS)
        if a != b
    ]
    hrefs = dict.fromkeys(DEPARTMENTS, ROWS)
    return charts.flow_table(flows, headers=("From", "To", "All"), source_hrefs=hrefs, target_hrefs=hrefs)


def _line(count: int, *, storm: bool = False) -> Picture:
    points = []
    for n in range(count):
        usual = 220 + 40 * sin(n / 5)
        value = round(usual * (1.5 if storm and n in {11, 12} else 1 + 0.12 * cos(n)))
        points.append(
            charts.Point(
                day=MONDAY + timedelta(weeks=n),
                value=value,
                lower=usual - 45,
                upper=usual + 45,
                usual=usual,
                href=ROWS,
            )
        )
    storms = [charts.Mark(start=date(2026, 3, 25), end=date(2026, 4, 3), label="Ice storm", href=ROWS)]
    return charts.line(
        points,
        headers=("Week", "Requests", "Usual band"),
        usual="Middle of earlier years",
        marks=storms if storm else (),
    )


def _months() -> Picture:
    points = [
        charts.Point(
            day=date(2024 + n // 12, n % 12 + 1, 1),
            value=None if n > 21 else 1_234_000 + 90_000 * sin(n),
            lower=1_050_000,
            upper=1_400_000,
            href=ROWS,
        )
        for n in range(24)
    ]
    headers = ("Month", "Requests", "Usual band")
    return charts.line(points, headers=headers, monthly=True, none="too early to say")


def _shares() -> Picture:
    rows = [
        charts.ShareRow(
            label=name,
            counts=tuple(round(400 / (1 + (part + at) % 8) ** 1.4) for part in range(8)),
            hrefs=(ROWS,) * 8,
            href=ROWS,
            note="n = 940",
        )
        for at, name in enumerate((*CATEGORIES[:4], LONG))
    ]
    rows.append(charts.ShareRow(label="Nothing closed", counts=(0,) * 8))
    return charts.shares(rows, OUTCOMES, headers=("Category", "Closed"))


def _bars() -> Picture:
    return charts.bars(
        [
            charts.Bar(label=name, value=81 - 9 * at, lower=70 - 9 * at, upper=88 - 9 * at, href=ROWS)
            for at, name in enumerate(CATEGORIES)
        ],
        headers=("Category", "On time, %"),
        limit=100,
    )


def _stack() -> Picture:
    rows = [
        charts.Part(label=name, counts=(400 - 20 * at, 200, 90, 30 * at, 5), hrefs=(ROWS,) * 5)
        for at, name in enumerate(DEPARTMENTS[:4])
    ]
    return charts.stack(rows, ("0–7 days", "8–30", "31–90", "91–365", "over 365"), header="Department")


def _weeks() -> Picture:
    rows = [
        charts.Week(monday=day, opened=200 + 9 * n, closed=190 + 7 * n, opened_href=ROWS, closed_href=ROWS)
        for n, day in enumerate(WEEKS[:13])
    ]
    return charts.weeks(rows, headers=("Week", "opened", "closed"))


def _strip() -> Picture:
    rows = [
        charts.StripRow(label="Pothole", median=Quantile(3.2, 3, 3.6), p90=Quantile(11.8, 10, 14), href=ROWS),
        charts.StripRow(label=LONG, median=Quantile(40, 30, 60), p90=Quantile(None, None, None), href=ROWS),
    ]
    return charts.strip(rows, headers=("Category", "half", "9 of 10"), unit="days", early="too early to say")

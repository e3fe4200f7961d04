"""Charts: scales by example and property, and what the drawn SVG says."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from civic311.lib.statistics import Quantile
from dashboards.reports import charts
from dashboards.reports.charts import axes, scales

MONDAY = date(2026, 8, 3)
DRAWINGS = {
    "bars": charts.bars(
        [
            charts.Bar(label="Potholes & <holes>", value=12345.5, href="/queue/?a=1&b=2"),
            charts.Bar(label="None", value=0),
        ],
        headers=("Category", "Requests"),
    ),
    "stack": charts.stack(
        [charts.Part(label="Transportation", counts=(1200, 30, 0), hrefs=("/a", "/b", "/c"))],
        ("under a week", "a month", "older"),
        header="Department",
    ),
    "weeks": charts.weeks(
        [
            charts.Week(
                monday=MONDAY + timedelta(weeks=n),
                opened=1000 + n,
                closed=990,
                opened_href="/o",
                closed_href="/c",
            )
            for n in range(13)
        ],
        headers=("Week", "opened", "closed"),
    ),
    "line": charts.line(
        [
            charts.Point(day=MONDAY, value=4.5, lower=3, upper=6.25, href="/r"),
            charts.Point(day=MONDAY + timedelta(7), value=None),
            charts.Point(day=MONDAY + timedelta(14), value=5, lower=4, upper=7),
        ],
        headers=("Week", "Median", "95 % interval"),
        none="too early to say",
    ),
    "strip": charts.strip(
        [
            charts.StripRow(label="Pothole", median=Quantile(4, 3, 5), p90=Quantile(12, 9, None), href="/p"),
            charts.StripRow(label="Light", median=Quantile(None, None, None), p90=Quantile(None, None, None)),
        ],
        headers=("Category", "half", "9 of 10"),
        unit="days",
        early="too early to say",
    ),
    "empty": charts.bars([], headers=("a", "b")),
    "no weeks": charts.weeks([], headers=("a", "b", "c")),
    "no line": charts.line([], headers=("a", "b", "c")),
}
NUMBERS = re.compile(r'\s(?:x|y|cx|cy|r|d|width|height|viewBox)="([^"]*)"')
NUMBER = re.compile(r"[-0-9.MLHVZlhvz ]+%?")


def figure(drawing: charts.figure.Drawing | None) -> str:
    made = charts.Figure(
        uid="volume",
        finding="Potholes doubled <in> District 7",
        description="One bar for each category",
        definition="All requests opened in the period.",
        rows=12345,
        rows_href="/queue/?x=1",
        csv_href="/reports/volume.csv",
        drawing=drawing,
        empty="Too few requests to show.",
    )
    return render_to_string("components/charts/figure.html", {"figure": made})


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_drawings_are_clean_svg_in_every_language(name: str, language: str) -> None:
    with translation.override(language):
        html = figure(DRAWINGS[name])
    svg = html[html.index('<svg class="chart-svg') :]
    svg = svg[: svg.index("<details")]
    svg = svg[: svg.rindex("</svg>") + 6]
    ElementTree.fromstring(svg)  # noqa: S314
    assert "<title" in svg
    assert "<desc" in svg
    assert "style=" not in html
    for value in NUMBERS.findall(svg):
        assert NUMBER.fullmatch(value), value


def test_each_mark_with_rows_is_a_link_and_text_is_escaped() -> None:
    html = figure(DRAWINGS["bars"])
    assert '<a href="/queue/?a=1&amp;b=2" aria-label="Potholes &amp; &lt;holes&gt;: ' in html
    assert "<holes>" not in html
    assert html.count("<a href") == 1 + 1 + 2  # the mark, its number in the table, rows, CSV
    assert figure(DRAWINGS["weeks"]).count('class="chart-closed"') == 13 + 1


def test_missing_values_say_why() -> None:
    assert "too early to say" in figure(DRAWINGS["line"])
    assert figure(DRAWINGS["strip"]).count("too early to say") >= 2


def test_a_figure_links_its_files_and_may_lead() -> None:
    made = charts.Figure(
        uid="volume",
        finding="More",
        description="",
        definition="",
        rows=1,
        rows_href="/rows",
        csv_href="/a.csv?x=1&y=2",
        drawing=None,
        xlsx_href="/a.xlsx",
        lead=True,
    )
    assert '<a href="/a.csv?x=1&amp;y=2">CSV<' in made.markup
    assert '<a href="/a.xlsx">XLSX<span class="sr-only">: More</span></a>' in made.markup
    assert 'class="chart chart--lead"' in made.markup
    assert "XLSX" not in figure(None)


def test_figure_without_a_drawing_says_so() -> None:
    html = figure(None)
    assert "Too few requests to show." in html
    assert "<svg" not in html


def test_sparkline_has_a_title_and_survives_gaps() -> None:
    for values in ([], [None], [1, None, 3.5], [0, 0]):
        html = spark(charts.sparkline(values))
        assert 'role="img"' in html
        assert 'aria-label="Last 3 weeks"' in html


def test_sparkline_with_its_band_is_small() -> None:
    values = [1234.5 + 97.3 * (n % 7) for n in range(26)]
    html = spark(charts.sparkline(values, [(v - 111.1, v + 222.2) for v in values]))
    assert 'class="chart-haze"' in html
    assert len(html) <= 1024
    with pytest.raises(ValueError, match="each value"):
        charts.sparkline([1, 2], [None])


def spark(drawing: charts.Drawing) -> str:
    return render_to_string("components/charts/sparkline.html", {"drawing": drawing, "title": "Last 3 weeks"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (-0.001, "0"), (12.345, "12.35"), (1234567, "1234567"), (100, "100"), (0.1, "0.1")],
)
def test_num(value: float, expected: str) -> None:
    assert scales.num(value) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_num_and_ticks_refuse_what_is_no_number(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        scales.num(value)
    with pytest.raises(ValueError, match="finite"):
        scales.nice_ticks(value)


@pytest.mark.parametrize(
    ("high", "expected"),
    [
        (0, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (7, [0, 2, 4, 6, 8]),
        (93, [0, 25, 50, 75, 100]),
        (0.3, [0, 0.1, 0.2, 0.3]),
    ],
)
def test_nice_ticks(high: float, expected: list[float]) -> None:
    assert scales.nice_ticks(high) == expected


@given(st.floats(1e-3, 1e9), st.integers(2, 8))
def test_nice_ticks_cover_the_value_evenly(high: float, count: int) -> None:
    ticks = scales.nice_ticks(high, count)
    assert ticks[-1] >= high * (1 - 1e-6)
    assert ticks[-2] < high
    assert len(ticks) <= count + 2


def test_time_ticks() -> None:
    assert scales.week_ticks(date(2026, 8, 4), date(2026, 8, 17)) == [date(2026, 8, 10), date(2026, 8, 17)]
    assert scales.month_ticks(date(2025, 12, 2), date(2026, 2, 1)) == [date(2026, 1, 1), date(2026, 2, 1)]
    assert len(scales.week_ticks(date(2024, 1, 1), date(2026, 1, 1))) <= 8
    assert len(scales.month_ticks(date(2020, 1, 1), date(2026, 1, 1))) <= 12
    assert scales.week_ticks(date(2026, 8, 4), date(2026, 8, 5)) == []


def test_trail_lifts_the_pen_at_a_gap() -> None:
    assert scales.trail([(0, 1), (2, 3), None, (4, 5.5)]) == "M0 1l0 0 2 2M4 5.5l0 0"
    assert scales.trail([None, (4, 5), (3, 2.54)]) == "M4 5l0 0-1-2.5"
    assert scales.trail([]) == ""
    assert scales.ribbon([]) == ""
    assert scales.ribbon([(0, 1, 3), (2, 1, 3)]) == "M0 1l0 0 2 0 0 2-2 0Z"


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(-500, 500)), min_size=1, max_size=200))
def test_trail_does_not_drift(points: list[tuple[float, float]]) -> None:
    numbers = [float(each) for each in re.findall(r"-?\d+\.?\d*", scales.trail(points))]
    assert abs(sum(numbers[::2]) - points[-1][0]) < 0.06
    assert abs(sum(numbers[1::2]) - points[-1][1]) < 0.06


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_quantile_steps_keep_the_order_and_share_ties(values: list[float]) -> None:
    found = sorted(zip(values, scales.quantile_steps(values), strict=True))
    steps = [step for _value, step in found]
    assert steps == sorted(steps)
    assert set(steps) <= set(range(5))
    assert len({(value, step) for value, step in found}) == len(set(values))
    if len(set(values)) == len(values) >= 5:
        assert set(steps) == set(range(5))


@pytest.mark.parametrize(
    ("high", "expected"), [(0, [0, 1]), (1, [0, 1]), (1.2, [0, 1, 2]), (2, [0, 1, 2]), (9, [0, 5, 10])]
)
def test_whole_ticks(high: float, expected: list[float]) -> None:
    assert scales.whole_ticks(high) == expected


def test_decimals_tell_ticks_apart() -> None:
    assert scales.decimals_of([0, 0.25, 0.5]) == 2
    assert scales.decimals_of([0, 2.5, 5]) == 1
    assert scales.decimals_of([0, 20]) == 0


def test_steps_hold_until_the_next() -> None:
    assert scales.steps([(0, 1), (3, 0.5)], 9) == [(0, 1), (3, 1), (3, 0.5), (9, 0.5)]
    assert scales.steps([], 9) == []


def test_axis_values_are_short() -> None:
    assert axes.tick_words([0, 25, 50]) == ["0", "25", "50"]
    assert axes.tick_words([0, 50_000]) == ["0", "50,000"]
    assert axes.tick_words([0, 250_000]) == ["0", "250 k"]
    assert axes.tick_words([0, 500_000, 1_000_000]) == ["0", "0.5 M", "1.0 M"]


def test_labels_are_broken_and_cut() -> None:
    assert axes.broken("91–365 days", 50) == ("91–365", "days")
    assert axes.broken("Sanitation", 50) == ("Sanita…",)
    assert axes.broken("one two three four five", 50) == ("one two", "three", "four f…")
    assert axes.cut("x" * 43) == "x" * 41 + "…"
    assert axes.cut("x" * 42) == "x" * 42


def test_linear() -> None:
    scale = scales.Linear(0, 10, 100, 200)
    assert [scale(0), scale(5), scale(10)] == [100, 150, 200]
    assert scales.Linear(3, 3, 7, 9)(3) == 7

"""The pictures of the reports: what they draw, where their marks lead, and what their tables say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from django.utils import translation

from civic311.lib.statistics import Curve, kaplan_meier
from dashboards.reports import charts
from dashboards.reports.charts import patterns
from dashboards.reports.charts.survival import stairs
from dashboards.styleguide import charts as samples
from departments.models.city import _read_city
from tests import makers

MONDAY = date(2026, 1, 5)
HEADERS = ("Department", "Requests", "half", "9 of 10")


def texts(table: charts.Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def curve(n: int = 400, scale: float = 9) -> Curve:
    chance = np.random.default_rng(7)
    ages, seen = chance.exponential(scale, n), chance.uniform(0, 60, n)
    return kaplan_meier(np.minimum(ages, seen), ages <= seen)


def survive(count: int) -> charts.Drawing:
    series = [
        charts.SurvivalSeries(label=f"D{at}", curve=curve(400, 4 + 7 * at), href=f"/rows/{at}")
        for at in range(count)
    ]
    return charts.survival(series, HEADERS, "days")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_sample_is_clean_markup_in_every_language(language: str) -> None:
    with translation.override(language):
        figures = samples.figures()
        markup = [figure.markup for figure in figures]
        sheets = [figure.drawing.table.sheet() for figure in figures if figure.drawing is not None]
    for html in markup:
        ElementTree.fromstring(html)  # noqa: S314 - our own markup
        assert "style=" not in html
        for value in re.findall(r'\s(?:x|y|cx|cy|r|d|width|height|viewBox)="([^"]*)"', html):
            assert re.fullmatch(r"[-0-9.MLHVZlhvz ]+%?", value), value
    ids = re.findall(r'\sid="([^"]*)"', "".join(markup))
    assert len(set(ids) - {each for each in ids if "-key-" in each}) == len(
        [e for e in ids if "-key-" not in e]
    )
    assert all(len(row) == len(sheet.columns) for sheet in sheets for row in sheet.rows)


def test_patterns_in_use_are_defined() -> None:
    for figure in samples.figures():
        html = figure.markup
        assert set(re.findall(r"url\(#([^)]*)\)", html)) == set(re.findall(r'<pattern id="([^"]*)"', html))
    with pytest.raises(KeyError):
        patterns.pattern_defs(["none"], "x")


def test_survival_series_are_told_apart_linked_and_thinned() -> None:
    drawing = survive(4)
    paths = [shape for shape in drawing.plots[0].shapes if shape.css.startswith("chart-series")]
    assert [path.css for path in paths] == [f"chart-series-{n}" for n in (1, 2, 3, 4)]
    assert [path.href for path in paths] == [f"/rows/{n}" for n in range(4)]
    assert [(key.text, key.href) for key in drawing.key if not isinstance(key, tuple) or key.is_line] == [
        (f"D{n}", f"/rows/{n}") for n in range(4)
    ]
    assert [
        label.text for label in drawing.labels if label.css.startswith("chart-label chart-halo chart-name")
    ] == [
        "D0",
        "D1",
        "D2",
        "D3",
    ]
    assert len({shape.css for shape in drawing.shapes}) == 4
    with pytest.raises(ValueError, match="At most 4"):
        survive(5)


@pytest.mark.parametrize("n", [1, 2, 50, 5000])
def test_a_thinned_curve_stays_on_the_curve(n: int) -> None:
    whole = curve(n)
    end = whole.followed_until
    corners = stairs(whole, whole.survival, 120, end)
    assert len(corners) <= 2 * 121 + 2
    for at, value in corners[1:-1:2]:
        assert value == pytest.approx(1.0) or value in set(whole.survival.tolist()), at
    # The corner after each jump is the curve itself.
    for at, value in corners[2::2]:
        assert value == pytest.approx(whole.open_after(at))
    assert corners[-1][0] == pytest.approx(end)


def test_survival_says_what_is_too_early() -> None:
    slow = kaplan_meier([5.0] + [20.0] * 19, [True] + [False] * 19)
    drawing = charts.survival(
        [charts.SurvivalSeries(label="Law", curve=slow)], HEADERS, "days", until=40, early="too early"
    )
    assert texts(drawing.table)[0][:4] == ["Law", "20", "too early", "too early"]
    assert texts(drawing.table)[0][4:] == ["95\u00a0%", "95\u00a0%", "–", "–"]
    assert drawing.table.headers[4:] == tuple(f"open after {n} days" for n in (10, 20, 30, 40))
    assert drawing.shapes == ()
    assert drawing.table.sheet().rows[0][4] == 0.95


def test_histogram_bars_reach_from_zero_and_lead_to_their_rows() -> None:
    drawing = charts.histogram(
        [
            charts.Bin(label="0–7", count=50, href="/young"),
            charts.Bin(label="8–30", count=100, is_marked=True),
            charts.Bin(label="older", count=0, href="/none"),
        ],
        headers=("Age", "Open"),
        marked="late",
    )
    first, second = drawing.shapes
    assert float(second.height) == pytest.approx(2 * float(first.height))
    assert (first.href, first.title, second.fill) == ("/young", "0–7: 50", "rise")
    assert [key.text for key in drawing.key if hasattr(key, "text")] == ["late"]
    assert texts(drawing.table) == [["0–7", "50"], ["8–30", "100"], ["older", "0"]]


def test_histogram_of_many_bins_thins_its_labels() -> None:
    drawing = charts.histogram(
        [charts.Bin(label=f"b{n}", count=n) for n in range(40)], headers=("Age", "Open")
    )
    assert len([label for label in drawing.labels if label.text.startswith("b")]) <= 8
    assert len(drawing.table.rows) == 40


def test_heat_sums_hours_and_days() -> None:
    grid = [[day * 24 + hour for hour in range(24)] for day in range(7)]
    drawing = charts.heat(grid, headers=("Hour", "All"), hrefs={(0, 1): "/one", (0, 0): "/none"})
    assert len(drawing.shapes) == 168
    by_title = {shape.title: shape for shape in drawing.shapes}
    assert by_title["Monday, 1 a.m.: 1"].href == "/one"
    assert by_title["Monday, 12 a.m.: 0"].css == "chart-shade-0"
    assert by_title["Monday, 12 a.m.: 0"].href == ""
    assert by_title["Sunday, 11 p.m.: 167"].css == "chart-shade-5"
    rows = texts(drawing.table)
    assert rows[0] == ["12 a.m.", *[str(24 * day) for day in range(7)], str(24 * 21)]
    assert rows[-1][0] == "All"
    assert rows[-1][-1] == "14,028"
    with pytest.raises(ValueError, match="7 days"):
        charts.heat(grid[:6], headers=("Hour", "All"))


def test_multiples_share_one_scale() -> None:
    weeks = [MONDAY + timedelta(weeks=n) for n in range(3)]
    made = charts.multiples(
        [
            charts.SmallSeries(label="High & dry", values=(10, 80, 100), href="/high?a=1&b=2"),
            charts.SmallSeries(
                label="Low", values=(None, 5, 50), lower=(1, None, 2), upper=(9, None, 60), note="50 <last>"
            ),
        ],
        weeks,
        header="Category",
        names=("this year", "usual"),
    )
    heights = [float(drawing.shapes[0].y) for drawing in made.drawings]
    base = 68
    assert base - heights[0] == pytest.approx(2 * (base - heights[1]), abs=0.1)
    html = made.body("m", "finding", "description")
    assert '<a class="chart-small-name" href="/high?a=1&amp;b=2">High &amp; dry</a>' in html
    assert "50 &lt;last&gt;" in html
    assert "from 0 to 100" in html
    assert texts(made.table) == [["High & dry", "10", "80", "100"], ["Low", "–", "5", "50"]]
    assert made.table.sheet().rows[1] == ("Low", None, 5, 50)
    with pytest.raises(ValueError, match="each column"):
        charts.multiples([charts.SmallSeries(label="x", values=(1,))], weeks, header="", names=("", ""))


def squares(count: int, side: int = 4) -> dict[int, dict[str, object]]:
    """Squares side by side; their sides have needless corners."""
    found = {}
    for at in range(count):
        west, south = -76.6 + at % side * 0.01, 39.3 + at // side * 0.01
        ring: list[Sequence[float]] = [
            *[(west + n / 1000, south) for n in range(10)],
            (west + 0.01, south),
            (west + 0.01, south + 0.01),
            (west, south + 0.01),
            (west, south),
        ]
        found[at] = {"type": "Polygon", "coordinates": [ring]}
    return found


def test_outlines_are_projected_and_simplified_together() -> None:
    made = charts.draw_outlines(squares(8))
    # A degree of latitude is longer on the map than one of longitude, by the cosine of the latitude.
    assert made.height == pytest.approx(500 / np.cos(np.radians(39.31)), abs=1)
    # North is up: the second row of squares lies above the first.
    assert made.centres[0] == (pytest.approx(125, abs=3), pytest.approx(made.height * 0.75, abs=5))
    assert made.centres[4] == (pytest.approx(125, abs=3), pytest.approx(made.height * 0.25, abs=5))
    # The needless corners are gone: a start and three sides, the last is closed by Z.
    assert [len(re.findall(r"-?\d+", path)) for path in made.paths.values()] == [8] * 8
    assert charts.draw_outlines({}).paths == {}


def test_outlines_of_a_city_are_made_once_for_each_version(
    city: makers.SmallCity, django_assert_max_num_queries: Any
) -> None:
    made = charts.outlines_of("council_district")
    assert list(made.paths) == [city.district_1.pk, city.district_2.pk]
    assert made.centres[city.district_1.pk][0] < made.centres[city.district_2.pk][0]
    with django_assert_max_num_queries(1):
        assert charts.outlines_of("council_district") is made
    city.city.version += 1
    city.city.save()
    _read_city.forget()
    assert charts.outlines_of("council_district") is not made


def test_outlines_keep_to_their_size() -> None:
    rough = np.random.default_rng(1)
    angles = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    radius = 1 + rough.uniform(-0.02, 0.02, len(angles))
    ring = np.column_stack([radius * np.cos(angles), 39 + radius * np.sin(angles)]).tolist()
    made = charts.draw_outlines({1: {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}, most_bytes=2000)
    assert 100 < len(made.paths[1]) <= 2000


def test_choropleth_hatches_what_is_too_few() -> None:
    areas = [
        charts.MapArea(
            pk=at, label=f"D{at}", value=None if at == 3 else at * 10.0, href=f"/rows/{at}", short=str(at)
        )
        for at in range(6)
    ]
    areas.append(charts.MapArea(pk=99, label="Nowhere", value=1.0))
    drawing = charts.choropleth(
        areas,
        charts.draw_outlines(squares(8)),
        headers=("Area", "Days"),
        too_few="too few",
        words=lambda v: f"{v:.0f} d",
    )
    assert len(drawing.shapes) == 6
    assert len(drawing.grid) == 2
    hatched = [shape for shape in drawing.shapes if shape.fill]
    assert [(shape.title, shape.href) for shape in hatched] == [("D3: too few", "/rows/3")]
    words = [key.text for key in drawing.key if hasattr(key, "text")]
    assert words[0] == "0 d – 1 d"
    assert words[-1] == "too few"
    assert len(words) == 6
    assert ["Nowhere", "1 d"] in texts(drawing.table)
    assert drawing.table.sheet().rows[3] == ("D3", None)


def test_links_of_a_crowded_drawing_are_out_of_the_way_of_the_keyboard() -> None:
    few, many = (
        charts.choropleth(
            [charts.MapArea(pk=at, label=f"D{at}", value=float(at), href="/rows") for at in range(count)],
            charts.draw_outlines(squares(count)),
            headers=("Area", "Days"),
            too_few="too few",
        ).marks
        for count in (60, 61)
    )
    assert "tabindex" not in few
    assert many.count('<a href="/rows" tabindex="-1"><title>D') == 61


def test_flow_table_sums_both_ways() -> None:
    flows = [
        charts.Flow(source="A", target="B", count=3, href="/ab"),
        charts.Flow(source="B", target="A", count=1),
        charts.Flow(source="A", target="C <x>", count=10),
        charts.Flow(source="A", target="B", count=4),
        charts.Flow(source="C", target="A", count=0),
    ]
    made = charts.flow_table(flows, headers=("From", "To", "All"), source_hrefs={"A": "/a"})
    assert made.table.headers == ("From", "C <x>", "B", "A", "All")
    assert texts(made.table) == [
        ["A", "10", "7", "", "17"],
        ["B", "", "", "1", "1"],
        ["All", "10", "7", "1", "18"],
    ]
    assert made.shading == ((4, 2, 0), (0, 0, 1))
    html = made.body("f", "finding", "description")
    assert "C &lt;x&gt;" in html
    assert '<a href="/a">17</a>' in html
    assert made.table.sheet().rows[1] == ("B", None, None, 1, 1)
    assert "All: 0" in charts.flow_table([], headers=("From", "To", "All")).body("f", "", "")


def test_line_marks_storms_and_shows_the_usual_band() -> None:
    points = [
        charts.Point(
            day=MONDAY + timedelta(weeks=n),
            value=None if n == 2 else 10 + n,
            lower=8,
            upper=12,
            usual=10,
            href=f"/{n}",
        )
        for n in range(5)
    ]
    storms = [
        charts.Mark(start=date(2026, 1, 14), end=date(2026, 1, 15), label="Ice storm"),
        charts.Mark(start=date(2025, 1, 1), end=date(2025, 1, 2), label="Long ago"),
    ]
    drawing = charts.line(
        points, headers=("Week", "Requests", "Band"), usual="Middle", marks=storms, none="too early"
    )
    assert [shape.css for shape in drawing.plots[0].shapes] == ["chart-area", "chart-usual", "chart-line"]
    assert [shape.title for shape in drawing.behind] == ["Ice storm: Jan 14, 2026 – Jan 15, 2026"]
    assert [shape.href for shape in drawing.shapes] == ["/0", "/1", "/3", "/4"]
    rows = texts(drawing.table)
    assert rows[1] == ["Jan 12, 2026 · Ice storm", "11", "10", "8 – 12"]
    assert rows[2][1] == "too early"
    assert drawing.table.sheet().columns[0].kind == "datetime"


def test_line_by_month_names_months() -> None:
    points = [charts.Point(day=date(2026, month, 1), value=month) for month in range(1, 8)]
    storm = charts.Mark(start=date(2026, 2, 27), end=date(2026, 2, 28), label="Ice storm")
    drawing = charts.line(points, headers=("Month", "Requests", "Band"), monthly=True, marks=[storm])
    assert texts(drawing.table)[1][0] == "February 2026 · Ice storm"
    assert texts(drawing.table)[2][0] == "March 2026"
    assert "Jan 2026" in [label.text for label in drawing.labels]


def test_shares_fill_the_width() -> None:
    drawing = charts.shares(
        [
            charts.ShareRow(
                label="Pothole", counts=(30, 0, 10), hrefs=("/a", "/b", "/c"), href="/all", note="n = 40"
            ),
            charts.ShareRow(label="Nothing", counts=(0, 0, 0), href="/none"),
        ],
        ("Fixed", "Not found", "Declined"),
        headers=("Category", "Closed"),
    )
    assert [(shape.x, shape.width, shape.href) for shape in drawing.shapes] == [
        ("0%", "75%", "/a"),
        ("75%", "25%", "/c"),
    ]
    assert drawing.shapes[0].title == "Pothole, Fixed: 30 (75\u00a0%)"
    assert [key.text for key in drawing.key if hasattr(key, "text")] == ["Fixed", "Declined"]
    assert texts(drawing.table) == [["Pothole", "30", "0", "10", "40"], ["Nothing", "0", "0", "0", "0"]]
    assert drawing.table.rows[1][-1].href == ""
    with pytest.raises(ValueError, match="At most 8"):
        charts.shares([], [""] * 9, headers=("", ""))

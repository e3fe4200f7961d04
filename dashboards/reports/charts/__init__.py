"""Charts as inline SVG: scales, and pure functions from values to a picture with the table of its numbers."""

from dashboards.reports.charts.bars import Bar, Part, Week, bars, stack, weeks
from dashboards.reports.charts.figure import Cell, Drawing, Figure, Picture, Table
from dashboards.reports.charts.heat import heat
from dashboards.reports.charts.histogram import Bin, histogram
from dashboards.reports.charts.lines import Mark, Point, StripRow, line, strip
from dashboards.reports.charts.maps import MapArea, choropleth
from dashboards.reports.charts.matrix import Flow, Matrix, flow_table
from dashboards.reports.charts.multiples import Multiples, SmallSeries, multiples
from dashboards.reports.charts.outlines import Outlines, draw_outlines, outlines_of
from dashboards.reports.charts.shares import ShareRow, shares
from dashboards.reports.charts.sheet import Sheet
from dashboards.reports.charts.sparks import sparkline
from dashboards.reports.charts.survival import SurvivalSeries, survival

__all__ = [
    "Bar",
    "Bin",
    "Cell",
    "Drawing",
    "Figure",
    "Flow",
    "MapArea",
    "Mark",
    "Matrix",
    "Multiples",
    "Outlines",
    "Part",
    "Picture",
    "Point",
    "ShareRow",
    "Sheet",
    "SmallSeries",
    "StripRow",
    "SurvivalSeries",
    "Table",
    "Week",
    "bars",
    "choropleth",
    "draw_outlines",
    "flow_table",
    "heat",
    "histogram",
    "line",
    "multiples",
    "outlines_of",
    "shares",
    "sparkline",
    "stack",
    "strip",
    "survival",
    "weeks",
]

"""Charts as inline SVG: scales, and presenters that the templates in components/charts draw."""

from dashboards.reports.charts.bars import Bar, Part, Week, bars, stack, weeks
from dashboards.reports.charts.figure import Cell, Figure, Table
from dashboards.reports.charts.lines import Point, StripRow, line, sparkline, strip
from dashboards.reports.charts.sheet import Sheet

__all__ = [
    "Bar",
    "Cell",
    "Figure",
    "Part",
    "Point",
    "Sheet",
    "StripRow",
    "Table",
    "Week",
    "bars",
    "line",
    "sparkline",
    "stack",
    "strip",
    "weeks",
]

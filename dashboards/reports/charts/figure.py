"""What every chart has in common: marks to draw, the table of the same numbers, and the figure around both."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, wraps
from typing import NamedTuple, Protocol, TypeVarTuple

from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dashboards.reports.charts.markup import Key, drawing_markup, figure_markup, marks
from dashboards.reports.charts.sheet import Sheet, sheet

Said = TypeVarTuple("Said")


def said_once(words: Callable[[*Said], str]) -> Callable[[*Said], str]:
    """Remember what a pure function of a few plain values says, apart for each language."""

    @lru_cache(maxsize=4096)
    def remembered(_language: str | None, args: tuple[*Said]) -> str:
        return words(*args)

    @wraps(words)
    def say(*args: *Said) -> str:
        return remembered(get_language(), args)

    return say


def amount(value: float | None, decimals: int = 0) -> str:
    """A number for people, in the active language; a dash where there is none."""
    if decimals == 0 and isinstance(value, int) and -1000 < value < 1000:
        return str(value)
    return "–" if value is None else _formatted(round(value, decimals), decimals)


@said_once
def _formatted(value: float, decimals: int) -> str:
    return number_format(value, decimals, force_grouping=True)


def span(lower: float | None, upper: float | None, decimals: int = 0) -> str:
    """A band for people, such as "12 – 18"; a dash where an end is missing."""
    if lower is None or upper is None:
        return "–"
    return f"{amount(lower, decimals)} – {amount(upper, decimals)}"


@said_once
def day_words(value: date, pattern: str) -> str:
    """A day for people, in the active language; ``pattern`` is one of Django's, such as "M j, Y"."""
    return date_format(value, pattern)


class Cell(NamedTuple):
    """One cell of the table of numbers: the text for people, the address of its rows, and the raw value for files.

    `dashboards.reports.cells` makes the usual kinds.
    """

    text: str
    href: str = ""
    value: int | float | str | dt.date | dt.datetime | None = None


@dataclass(frozen=True)
class Table:
    """The numbers of a chart. The first cell of each row is its heading."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def sheet(self) -> Sheet:
        """The same numbers as raw values, for files."""
        return sheet(self)


class Shape(NamedTuple):
    """One mark: `tag` is rect, path or circle; coordinates are SVG attribute texts.

    `title` is read out and shown on hover; `href` leads to the rows behind the mark; `fill` names a pattern.
    """

    tag: str
    css: str
    title: str = ""
    href: str = ""
    x: str = "0"
    y: str = "0"
    width: str = "0"
    height: str = "0"
    d: str = ""
    fill: str = ""


class Plot(NamedTuple):
    """Paths in a fluid drawing: a box, and shapes in coordinates 0 to `PLOT_WIDTH` across and pixels down."""

    x: str
    y: str
    width: str
    height: str
    shapes: tuple[Shape, ...]


class Label(NamedTuple):
    """A text in the drawing; `anchor` is start, middle or end, `dx` moves it by pixels."""

    x: str
    y: str
    text: str
    anchor: str = "start"
    dx: str = "0"
    css: str = "chart-label"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All that a template draws, back to front: grid, what lies behind the lines, plots, shapes, labels; `key` is the legend.

    A fluid drawing has its horizontal lengths in percent, so that its letters stay legible at any width; its lines
    are in `plots`. Any other is scaled as a whole from `width` and `height`. `css` adds to the class of the `<svg>`.
    """

    height: str
    width: str = "100%"
    is_fluid: bool = False
    css: str = ""
    grid: tuple[Shape, ...] = ()
    behind: tuple[Shape, ...] = ()
    plots: tuple[Plot, ...] = ()
    shapes: tuple[Shape, ...] = ()
    labels: tuple[Label, ...] = ()
    key: tuple[Key | tuple[str, str], ...] = ()
    table: Table = field(default_factory=lambda: Table((), ()))

    @property
    def marks(self) -> SafeString:
        """What lies between `<svg>` and `</svg>`, but title and description."""
        return marks(self)

    def body(self, uid: str, finding: str, description: str) -> SafeString:
        """Legend, drawing and numbers as HTML."""
        return drawing_markup(self, uid, finding, description)


class Picture(Protocol):
    """What a figure can show: a drawing, or another form with a table of its numbers."""

    @property
    def table(self) -> Table:
        """The numbers shown."""

    def body(self, uid: str, finding: str, description: str) -> SafeString:
        """All of it as HTML, with the table."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart with its finding, definition, numbers and rows, for components/charts/figure.html.

    `uid` is unique on the page; `rows` counts the requests behind it. `drawing` None shows `empty` instead. A `lead`
    figure has the whole width for its drawing, with its notes below.
    """

    uid: str
    finding: str
    description: str
    definition: str
    rows: int
    rows_href: str
    csv_href: str
    drawing: Picture | None
    empty: str = ""
    excluded: str = ""
    excluded_href: str = ""
    xlsx_href: str = ""
    lead: bool = False

    @property
    def rows_text(self) -> str:
        """The number of rows for people."""
        return amount(self.rows)

    @property
    def markup(self) -> SafeString:
        """The whole figure."""
        return figure_markup(self)

"""What every chart has in common: marks to draw, the table of the same numbers, and the figure around both."""

from dataclasses import dataclass, field

from django.utils.formats import number_format


def amount(value: float | None, decimals: int = 0) -> str:
    """A number for people, in the active language; a dash where there is none."""
    return "–" if value is None else number_format(round(value, decimals), decimals, force_grouping=True)


@dataclass(frozen=True)
class Cell:
    """One cell of the table of numbers, with the address of its rows where it has one."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Table:
    """The numbers of a chart. The first cell of each row is its heading."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One mark: `tag` is rect, path, circle or line; coordinates are SVG attribute texts.

    `title` is read out and shown on hover; `href` leads to the rows behind the mark.
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


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text in the drawing; `anchor` is start, middle or end."""

    x: str
    y: str
    text: str
    anchor: str = "start"
    css: str = "chart-label"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All that a template draws, back to front: grid, then shapes, then labels; `key` is the legend."""

    width: str
    height: str
    grid: tuple[Shape, ...] = ()
    shapes: tuple[Shape, ...] = ()
    labels: tuple[Label, ...] = ()
    key: tuple[tuple[str, str], ...] = ()
    table: Table = field(default_factory=lambda: Table((), ()))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart with its finding, definition, numbers and rows, for components/charts/figure.html.

    `uid` is unique on the page; `rows` counts the requests behind it. `drawing` None shows `empty` instead.
    """

    uid: str
    finding: str
    description: str
    definition: str
    rows: int
    rows_href: str
    csv_href: str
    drawing: Drawing | None
    empty: str = ""
    excluded: str = ""
    excluded_href: str = ""

    @property
    def rows_text(self) -> str:
        """The number of rows for people."""
        return amount(self.rows)

"""What every chart has in common: marks to draw, the table of the same numbers, and the figure around both."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from civic311.lib.svg import element, empty_element, joined


def amount(value: float | None, decimals: int = 0) -> str:
    """A number for people, in the active language; a dash where there is none."""
    return "–" if value is None else _formatted(round(value, decimals), decimals, get_language())


@lru_cache(maxsize=4096)
def _formatted(value: float, decimals: int, language: str | None) -> str:
    return number_format(value, decimals, force_grouping=True)


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

    @property
    def body(self) -> SafeString:
        """The rows as markup."""
        return joined(element("tr", {}, *_cells(row)) for row in self.rows)


def _cells(row: tuple[Cell, ...]) -> list[SafeString]:
    made = [element("th", {"scope": "row"}, row[0].text)]
    return made + [element("td", {}, linked(cell.text, cell.href)) for cell in row[1:]]


def linked(content: str, href: str, **attributes: str) -> str:
    """`content` as a link where there is an address."""
    return element("a", {"href": href, **attributes}, content) if href else content


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One mark: `tag` is rect, path or circle; coordinates are SVG attribute texts.

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

    @property
    def mark(self) -> SafeString:
        """The mark with its title, without its link."""
        if self.tag == "rect":
            at = {"x": self.x, "y": self.y, "width": self.width, "height": self.height}
        else:
            at = {"cx": self.x, "cy": self.y, "r": self.width} if self.tag == "circle" else {"d": self.d}
        at = {"class": self.css, **at}
        if not self.title:
            return empty_element(self.tag, at)
        return element(self.tag, at, element("title", {}, self.title))


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text in the drawing; `anchor` is start, middle or end, `dx` moves it by pixels."""

    x: str
    y: str
    text: str
    anchor: str = "start"
    dx: str = "0"

    @property
    def mark(self) -> SafeString:
        """The text as markup."""
        at = {"class": self.css, "x": self.x, "y": self.y}
        if self.dx != "0":
            at["dx"] = self.dx
        if self.anchor != "start":
            at["text-anchor"] = self.anchor
        return element("text", at, self.text)

    css: str = "chart-label"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All that a template draws, back to front: grid, then shapes, then labels; `key` is the legend.

    A fluid drawing has its horizontal lengths in percent, so that its letters stay legible at any width; any other
    is scaled as a whole from `width` and `height`.
    """

    height: str
    width: str = "100%"
    is_fluid: bool = False
    grid: tuple[Shape, ...] = ()
    shapes: tuple[Shape, ...] = ()
    labels: tuple[Label, ...] = ()
    key: tuple[tuple[str, str], ...] = ()
    table: Table = field(default_factory=lambda: Table((), ()))

    @property
    def marks(self) -> SafeString:
        """What lies between `<svg>` and `</svg>`, but title and description."""
        hidden = {"aria-hidden": "true"}
        grid = element("g", hidden, *(shape.mark for shape in self.grid))
        shapes = [linked(shape.mark, shape.href, **{"aria-label": shape.title}) for shape in self.shapes]
        return joined([grid, *shapes, element("g", hidden, *(label.mark for label in self.labels))])


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

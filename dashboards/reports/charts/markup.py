"""A figure as HTML and SVG, in one go: a report holds a thousand marks and cells, too many for templates.

Every value goes through `escape`; nothing here is trusted but the markup itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.charts.patterns import pattern_defs

if TYPE_CHECKING:
    from dashboards.reports.charts.figure import Cell, Drawing, Figure, Label, Plot, Shape, Table

CROWDED = 60
"""More links than this in one drawing are kept out of the order of the Tab key: the table has them too."""
MAP_CSS = "chart-svg--map"
"""The class of a drawing that is a map."""
COARSE = 2.25
"""How much larger patterns are drawn where the drawing is scaled down as a whole."""
PLOT_WIDTH = 1000
"""How many units wide the coordinates of a `Plot` are, whatever its width on the page."""


class Key(NamedTuple):
    """An entry of the legend: a sample of the mark (a line or a filled square), its words, the address of its rows."""

    css: str
    text: str
    href: str = ""
    is_line: bool = False
    fill: str = ""


def table_markup(table: Table, caption: str) -> SafeString:
    """The table of numbers in a region that scrolls; the caption is for readers who do not see where it stands."""
    words = escape(caption)
    headers = "".join([f'<th scope="col">{escape(header)}</th>' for header in table.headers])
    return SafeString(
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(_("Table"))}: {words}">'
        f'<table class="table chart-table"><caption class="sr-only">{words}</caption>'
        f"<thead><tr>{headers}</tr></thead><tbody>{''.join([_row(row) for row in table.rows])}</tbody></table></div>"
    )


def _escaped(values: Iterable[str]) -> list[str]:
    """Each value escaped, all in one call; what keeps them apart is a character no text of the database can hold."""
    return escape("\0".join(values)).split("\0")


def _row(cells: tuple[Cell, ...]) -> str:
    heading, *texts = _escaped([cell.text for cell in cells])
    _none, *hrefs = _escaped([cell.href for cell in cells])
    inner = "".join(
        [
            f'<td><a href="{href}">{text}</a></td>' if href else f"<td>{text}</td>"
            for text, href in zip(texts, hrefs, strict=True)
        ]
    )
    return f'<tr><th scope="row">{heading}</th>{inner}</tr>\n'


def marks(drawing: Drawing, uid: str = "chart") -> SafeString:
    """What lies between ``<svg>`` and ``</svg>``, but title and description; `uid` sets its patterns apart."""
    crowded = sum([bool(shape.href) for shape in drawing.shapes]) > CROWDED
    grid = "".join([_shape(shape, uid) for shape in drawing.grid])
    behind = "".join([_shape(shape, uid) for shape in drawing.behind])
    plots = "".join([_plot(plot, uid) for plot in drawing.plots if plot.shapes])
    shapes = "".join([_shape(shape, uid, is_crowded=crowded) for shape in drawing.shapes])
    labels = "".join([_label(label) for label in drawing.labels])
    fills = {shape.fill for shape in (*drawing.behind, *drawing.shapes)} - {""}
    defs = pattern_defs(fills, uid, 1 if drawing.is_fluid else COARSE)
    return SafeString(
        f'{defs}<g aria-hidden="true">{grid}</g>{behind}{plots}{shapes}<g aria-hidden="true">{labels}</g>'
    )


def _plot(plot: Plot, uid: str) -> str:
    """Paths in their own coordinates, stretched to their part of the drawing; lines keep their thickness."""
    inner = "".join([_shape(shape, uid) for shape in plot.shapes])
    x, y, width, height = _escaped((plot.x, plot.y, plot.width, plot.height))
    return (
        f'<svg class="chart-plot" x="{x}" y="{y}" width="{width}" height="{height}" '
        f'viewBox="0 0 {PLOT_WIDTH} {height}" preserveAspectRatio="none" focusable="false">{inner}</svg>'
    )


def _shape(shape: Shape, uid: str, *, is_crowded: bool = False) -> str:
    """The mark with its title, in the link to its rows; in a crowd the link has the title, said once."""
    tag, css, title, href, x, y, width, height, d, fill = _escaped(shape)
    if tag == "rect":
        at = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    else:
        at = f'cx="{x}" cy="{y}" r="{width}"' if tag == "circle" else f'd="{d}"'
    if fill:
        at += f' fill="url(#{uid}-{fill})"'
    if is_crowded and href:
        return f'<a href="{href}" tabindex="-1"><title>{title}</title><{tag} class="{css}" {at}/></a>'
    mark = (
        f'<{tag} class="{css}" {at}><title>{title}</title></{tag}>'
        if title
        else f'<{tag} class="{css}" {at}/>'
    )
    return f'<a href="{href}" aria-label="{title}">{mark}</a>' if href else mark


def _label(label: Label) -> str:
    x, y, text, anchor, dx, css = _escaped(label)
    moved = f' dx="{dx}"' if dx != "0" else ""
    anchored = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text class="{css}" x="{x}" y="{y}"{moved}{anchored}>{text}</text>'


def figure_markup(figure: Figure) -> SafeString:
    """The section of a figure: finding, picture with its numbers, definition, and what leads to the rows."""
    uid, finding = escape(figure.uid), escape(figure.finding)
    if figure.drawing is None:
        said_already = figure.empty == figure.finding
        body = "<div></div>" if said_already else f'<p class="chart-empty">{escape(figure.empty)}</p>'
    else:
        body = (
            f'<figure class="chart-drawing" aria-labelledby="{uid}-finding">'
            f"{figure.drawing.body(figure.uid, figure.finding, figure.description)}</figure>"
        )
    excluded = escape(figure.excluded)
    if figure.excluded_href:
        excluded = f'<a href="{escape(figure.excluded_href)}">{excluded}</a>'
    excluded = f"<p>{excluded}</p>" if excluded else ""
    files = "".join(
        [
            f' <a href="{escape(href)}">{kind}<span class="sr-only">: {finding}</span></a>'
            for kind, href in (("CSV", figure.csv_href), ("XLSX", figure.xlsx_href))
            if href
        ]
    )
    css = "chart chart--lead" if figure.lead else "chart"
    rows = ngettext("%(rows)s request", "%(rows)s requests", figure.rows) % {"rows": figure.rows_text}
    return SafeString(
        f'<section class="{css}" id="{uid}">\n<h2 class="chart-finding" id="{uid}-finding">{finding}</h2>\n'
        f'<div class="chart-body">{body}<div class="chart-notes"><p>{escape(figure.definition)}</p>{excluded}'
        f'<p class="chart-links"><a href="{escape(figure.rows_href)}">{escape(rows)}</a>{files}</p></div></div>\n'
        "</section>\n"
    )


def numbers_markup(table: Table, finding: str) -> SafeString:
    """The table of numbers, folded away."""
    return SafeString(
        f'<details class="chart-numbers"><summary>{escape(_("Show the numbers"))}</summary>'
        f"{table_markup(table, finding)}</details>"
    )


def key_markup(key: Sequence[Key], uid: str) -> SafeString:
    """The legend: each entry with a sample of its mark, in the link to its rows where it has one."""
    entries = "".join([f"<li>{_entry(entry, uid)}</li>" for entry in key])
    return SafeString(f'<ul class="chart-key">{entries}</ul>' if entries else "")


def _entry(entry: Key, uid: str) -> str:
    css, text, href, fill = _escaped((entry.css, entry.text, entry.href, entry.fill))
    if entry.is_line:
        width, sample = 28, f'<path class="{css}" d="M0 8H28"/>'
    else:
        filled = f' fill="url(#{uid}-key-{fill})"' if fill else ""
        width, sample = 16, f'<rect class="{css}" x="1" y="1" width="14" height="14"{filled}/>'
    # A range such as "3 – 20" has to read the same way where the page runs from right to left.
    words = f'<a href="{href}"><bdi>{text}</bdi></a>' if href else f"<bdi>{text}</bdi>"
    defs = pattern_defs([fill] if fill else [], f"{uid}-key")
    return (
        f'<svg class="chart-swatch" width="{width}" height="16" aria-hidden="true" focusable="false">{defs}{sample}'
        "</svg> "
        f"{words}"
    )


def drawing_markup(drawing: Drawing, uid: str, finding: str, description: str) -> SafeString:
    """Legend, drawing and numbers; what does not fit a small screen scrolls in its own region."""
    key = key_markup([entry if isinstance(entry, Key) else Key(*entry) for entry in drawing.key], uid)
    width, height, uid_text = escape(drawing.width), escape(drawing.height), escape(uid)
    size = f'width="100%" height="{height}"' if drawing.is_fluid else f'viewBox="0 0 {width} {height}"'
    css = f"chart-svg {escape(drawing.css)}".rstrip()
    # Shades alone do not say what they measure: a map has its description in sight.
    is_map = drawing.css == MAP_CSS
    said = f'<p class="chart-hint" id="{uid_text}-desc">{escape(description)}</p>\n' if is_map else ""
    desc = "" if is_map else f'<desc id="{uid_text}-desc">{escape(description)}</desc>'
    svg = (
        f'<svg class="{css}" role="group" {size} aria-labelledby="{uid_text}-title" '
        f'aria-describedby="{uid_text}-desc" focusable="false"><title id="{uid_text}-title">{escape(finding)}</title>'
        f"{desc}{marks(drawing, uid_text)}</svg>"
    )
    if not drawing.is_fluid and not drawing.css:
        svg = f'<div class="chart-scroll" role="region" tabindex="0" aria-labelledby="{uid_text}-desc">{svg}</div>'
    return SafeString(f"{said}{key}\n{svg}\n{numbers_markup(drawing.table, finding)}")

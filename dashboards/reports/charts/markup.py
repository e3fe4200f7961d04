"""A figure as HTML and SVG, in one go: a report holds a thousand marks and cells, too many for templates.

Every value goes through `escape`; nothing here is trusted but the markup itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from dashboards.reports.charts.figure import Cell, Drawing, Figure, Label, Shape, Table


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


def marks(drawing: Drawing) -> SafeString:
    """What lies between ``<svg>`` and ``</svg>``, but title and description."""
    grid = "".join([_shape(shape) for shape in drawing.grid])
    shapes = "".join([_shape(shape) for shape in drawing.shapes])
    labels = "".join([_label(label) for label in drawing.labels])
    return SafeString(f'<g aria-hidden="true">{grid}</g>{shapes}<g aria-hidden="true">{labels}</g>')


def _shape(shape: Shape) -> str:
    """The mark with its title, in the link to its rows."""
    tag, css, title, href, x, y, width, height, d = _escaped(shape)
    if tag == "rect":
        at = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    else:
        at = f'cx="{x}" cy="{y}" r="{width}"' if tag == "circle" else f'd="{d}"'
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
    """The section of a figure: finding, drawing with its numbers, definition, and what leads to the rows."""
    uid, finding = escape(figure.uid), escape(figure.finding)
    if figure.drawing is None:
        body = f'<p class="chart-empty">{escape(figure.empty)}</p>'
    else:
        body = (
            f'<figure class="chart-drawing" aria-labelledby="{uid}-finding">{_drawing(figure, figure.drawing)}'
            f'<details class="chart-numbers"><summary>{escape(_("Show the numbers"))}</summary>'
            f"{table_markup(figure.drawing.table, figure.finding)}</details></figure>"
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


def _drawing(figure: Figure, drawing: Drawing) -> str:
    uid = escape(figure.uid)
    key = "".join(
        [
            '<li><svg class="chart-swatch" width="16" height="16" aria-hidden="true" focusable="false">'
            f'<rect class="{escape(css)}" x="1" y="1" width="14" height="14"/></svg> {escape(text)}</li>'
            for css, text in drawing.key
        ]
    )
    key = f'<ul class="chart-key">{key}</ul>' if key else ""
    width, height = escape(drawing.width), escape(drawing.height)
    size = f'width="100%" height="{height}"' if drawing.is_fluid else f'viewBox="0 0 {width} {height}"'
    svg = (
        f'<svg class="chart-svg" role="group" {size} aria-labelledby="{uid}-title" aria-describedby="{uid}-desc" '
        f'focusable="false"><title id="{uid}-title">{escape(figure.finding)}</title>'
        f'<desc id="{uid}-desc">{escape(figure.description)}</desc>{marks(drawing)}</svg>'
    )
    if drawing.is_fluid:
        return f"{key}\n{svg}\n"
    return f'{key}\n<div class="chart-scroll" role="region" tabindex="0" aria-labelledby="{uid}-desc">{svg}</div>\n'

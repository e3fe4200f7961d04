"""The numbers of a page as files: one figure, or all of them in a workbook or one long CSV table."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic311.lib.csvout import Column, stream_csv
from civic311.lib.xlsxout import SheetOut, stream_xlsx
from dashboards.reports.access import readers_only, valid_scope
from dashboards.reports.charts.sheet import Sheet, sheet
from dashboards.reports.content import Content
from dashboards.reports.frames import TooManyRows
from dashboards.reports.names import period_words, scope_words
from dashboards.reports.pages import BY_SLUG
from dashboards.reports.scope import Scope
from departments.models import City


def _content(request: HttpRequest, page: str) -> tuple[Scope, Content]:
    if page not in BY_SLUG:
        raise Http404
    scope = valid_scope(request)
    try:
        return scope, BY_SLUG[page].build(scope)
    except TooManyRows as too_many:
        raise BadRequest(str(too_many)) from None


def _sheet(request: HttpRequest, page: str, figure: str) -> tuple[str, Sheet]:
    scope, content = _content(request, page)
    for each in content.figures:
        if each.uid == figure and each.drawing is not None:
            return f"{figure}-{scope.start}-{scope.end}", sheet(each.drawing.table)
    raise Http404


@require_safe
@readers_only
def figure_csv(request: HttpRequest, page: str, figure: str) -> HttpResponseBase:
    """``/reports/<page>/<figure>.csv``: the numbers of one figure; 404 for one that has nothing to show."""
    name, out = _sheet(request, page, figure)
    return stream_csv(out.columns, out.rows, filename=f"{name}.csv")


@require_safe
@readers_only
def figure_xlsx(request: HttpRequest, page: str, figure: str) -> HttpResponseBase:
    """``/reports/<page>/<figure>.xlsx``: the same as a workbook."""
    name, out = _sheet(request, page, figure)
    return stream_xlsx([SheetOut(figure, out.columns, out.rows)], filename=f"{name}.xlsx")


@require_safe
@readers_only
def page_workbook(request: HttpRequest, page: str) -> HttpResponseBase:
    """``/reports/<page>.xlsx``: what the page is about with its findings and definitions, then every table."""
    scope, content = _content(request, page)
    sheets = [
        SheetOut(_("About"), [Column(_("What")), Column(_("Text"))], list(_about(scope, page, content)))
    ]
    for each in content.figures:
        if each.drawing is not None:
            out = sheet(each.drawing.table)
            sheets.append(SheetOut(each.uid, out.columns, out.rows))
    return stream_xlsx(sheets, filename=f"{page}-{scope.start}-{scope.end}.xlsx")


def _about(scope: Scope, page: str, content: Content) -> Iterator[tuple[str, str]]:
    yield _("City"), City.current().full_name
    yield _("Page"), str(BY_SLUG[page].title)
    yield _("Period"), period_words(scope)
    yield _("Filters"), " · ".join(scope_words(scope))
    yield _("Made at"), scope.now.astimezone(scope.zone).isoformat(" ", "minutes")
    for note in content.notes:
        yield content.notes_title, note.text
    for card in content.cards:
        yield card.label, f"{card.value} · {card.note}" if card.note else card.value
    for figure in content.figures:
        yield figure.uid, figure.finding
        yield "", figure.definition


@require_safe
@readers_only
def page_csv(request: HttpRequest, page: str) -> HttpResponseBase:
    """``/reports/<page>.csv``: every cell of every table on a line of its own."""
    scope, content = _content(request, page)
    columns = [
        Column(_("Figure")),
        Column(_("Row")),
        Column(_("Column")),
        Column(_("Number"), "number"),
        Column(_("Text")),
    ]
    return stream_csv(columns, _cells(content), filename=f"{page}-{scope.start}-{scope.end}.csv")


def _cells(content: Content) -> Iterator[tuple[object, ...]]:
    for figure in content.figures:
        if figure.drawing is None:
            continue
        table = figure.drawing.table
        for row in table.rows:
            for header, cell in zip(table.headers[1:], row[1:], strict=True):
                is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
                yield figure.uid, row[0].text, header, cell.value if is_number else None, cell.text

"""The pages of the reports, the requests behind their numbers, and both as files."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civic311.lib.csvout import stream_csv
from civic311.lib.xlsxout import SheetOut, stream_xlsx
from dashboards.reports.access import readers_only, scope_form, valid_scope
from dashboards.reports.charts.sheet import Sheet, sheet
from dashboards.reports.content import Content, ReportPage
from dashboards.reports.extracts.views import EXTRACTORS
from dashboards.reports.frames import TooManyRows
from dashboards.reports.names import period_words, scope_words
from dashboards.reports.pages import BY_SLUG, PAGES
from dashboards.reports.scope import Scope, quick_periods
from dashboards.reports.titles import title
from dashboards.reports.wanted import wanted

PAGE_SIZE = 50


@require_safe
@readers_only
def index(request: HttpRequest) -> HttpResponse:
    """``/reports/``: the overview."""
    return _page(request, PAGES[0])


@require_safe
@readers_only
def page(request: HttpRequest, page: str) -> HttpResponse:
    """``/reports/<page>/``: the figures of one page for a period and filters. A wrong period is said, and the default shown."""
    if page not in BY_SLUG or BY_SLUG[page] is PAGES[0]:
        raise Http404
    return _page(request, BY_SLUG[page])


def _page(request: HttpRequest, wanted: ReportPage) -> HttpResponse:
    form, scope = scope_form(request)
    problem, content = "", Content()
    try:
        content = wanted.build(scope)
    except TooManyRows as too_many:
        problem = str(too_many)
    context = {
        "form": form,
        "scope": scope,
        "period": period_words(scope),
        "filters": scope_words(scope),
        "periods": quick_periods(timezone.localdate(scope.now)),
        "pages": [(each, scope.page_href(each.slug), each is wanted) for each in PAGES],
        "page": wanted,
        "content": content,
        "problem": problem,
    }
    good = form.is_valid() and not problem
    return render(request, "dashboards/reports/page.html", context, status=200 if good else 400)


@require_safe
@readers_only
def rows_page(request: HttpRequest) -> HttpResponse:
    """``/reports/rows/``: the requests behind one number, 50 to a page."""
    asked = wanted(request)
    scope = asked.scope
    paginator = Paginator(asked.rows.select_related("category", "department"), PAGE_SIZE)
    context = {
        "scope": scope,
        "title": title(asked.drill, asked.params),
        "explanation": asked.drill.explanation,
        "period": period_words(scope),
        "filters": scope_words(scope),
        "page": paginator.get_page(request.GET.get("page")),
        "query": request.GET.urlencode(),
        "now": scope.now,
        "may_extract": scope.user.role in EXTRACTORS,
    }
    return render(request, "dashboards/reports/rows.html", context)


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
    """``/reports/<page>.xlsx``: every table of a page, a sheet each."""
    scope, content = _content(request, page)
    sheets = []
    for each in content.figures:
        if each.drawing is not None:
            out = sheet(each.drawing.table)
            sheets.append(SheetOut(each.uid, out.columns, out.rows))
    return stream_xlsx(sheets, filename=f"{page}-{scope.start}-{scope.end}.xlsx")

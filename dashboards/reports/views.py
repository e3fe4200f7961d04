"""The pages of the reports, and the requests behind their numbers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.reports.access import readers_only, scope_form
from dashboards.reports.content import Content, ReportPage
from dashboards.reports.counting import count_words, counted
from dashboards.reports.extracts.views import AUDITORS, EXTRACTORS
from dashboards.reports.frames import TooManyRows
from dashboards.reports.lines import Line, table_lines
from dashboards.reports.mail.board_views import KEEPERS
from dashboards.reports.names import period_words, scope_words
from dashboards.reports.pages import BY_SLUG, PAGES
from dashboards.reports.printing import unfolded
from dashboards.reports.public.views import PUBLISHERS
from dashboards.reports.scope import quick_periods
from dashboards.reports.titles import title
from dashboards.reports.wanted import wanted

PAGE_SIZE = 50
MOST_LISTED = 200_000
"""A list shows so many requests, the newest; nobody turns four thousand pages."""


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


def _page(request: HttpRequest, wanted_page: ReportPage) -> HttpResponse:
    form, scope = scope_form(request)
    problem, content = "", Content()
    try:
        content = wanted_page.build(scope)
    except TooManyRows as too_many:
        problem = str(too_many)
    for_paper = request.GET.get("print") == "1"
    context = {
        "form": form,
        "scope": scope,
        "period": period_words(scope),
        "filters": scope_words(scope),
        "periods": quick_periods(timezone.localdate(scope.now)),
        "pages": [(each, scope.page_href(each.slug), each is wanted_page) for each in PAGES],
        "page": wanted_page,
        "content": content,
        "figures": [unfolded(each.markup) if for_paper else each.markup for each in content.figures],
        "problem": problem,
        "for_paper": for_paper,
        "may_audit": scope.user.role in AUDITORS,
        "may_keep": scope.user.role in KEEPERS,
        "may_publish": scope.user.role in PUBLISHERS,
    }
    good = form.is_valid() and not problem
    return render(request, "dashboards/reports/page.html", context, status=200 if good else 400)


@require_safe
@readers_only
def rows_page(request: HttpRequest) -> HttpResponse:
    """``/reports/rows/``: the requests behind one number, 50 to a page; of more than `MOST_LISTED` the newest."""
    asked = wanted(request)
    scope = asked.scope
    found = counted(asked.rows, MOST_LISTED)
    paginator = Paginator(asked.rows.values_list(*Line._fields), PAGE_SIZE)
    paginator.count = min(found, MOST_LISTED)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "scope": scope,
        "title": title(asked.drill, asked.params, asked.rows),
        "explanation": asked.drill.explanation,
        "period": period_words(scope),
        "filters": scope_words(scope),
        "page": page,
        "count": count_words(found, MOST_LISTED),
        "is_cut": found > MOST_LISTED,
        "lines": table_lines(Line(*row) for row in page),
        "query": request.GET.urlencode(),
        "may_extract": scope.user.role in EXTRACTORS,
    }
    return render(request, "dashboards/reports/rows.html", context)

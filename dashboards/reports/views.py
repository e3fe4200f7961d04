"""The manager's report, the requests behind its numbers, and both as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, cast

from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civic311.lib import clock
from civic311.lib.csvout import Column, stream_csv
from dashboards.desk.roles import READS_FIGURES
from dashboards.reports.forms import ParamsForm, ScopeForm
from dashboards.reports.names import names, period_words
from dashboards.reports.page import numbers, page
from dashboards.reports.rows import Params, UnknownFigure, rows
from dashboards.reports.scope import READERS, Scope, quick_periods
from dashboards.reports.sheets import SHEETS
from dashboards.reports.storms import storm_note
from dashboards.reports.titles import explain, title
from departments.models import StaffUser
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.queries.calls import CallFigures, call_figures
from requests_app.workflow import Outcome, Status

PAGE_SIZE = 50
View = Callable[..., HttpResponseBase]


def _readers_only(view: View) -> View:
    """Those who answer for the work or watch over it; operators and crews have no use for these figures."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if cast(StaffUser, request.user).role not in READERS:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _form(request: HttpRequest) -> tuple[ScopeForm, Scope]:
    now = clock.now()
    form = ScopeForm(request.GET, user=cast(StaffUser, request.user), today=timezone.localdate(now))
    return form, form.scope(now=now, zone=timezone.get_current_timezone())


def _valid_scope(request: HttpRequest) -> Scope:
    form, scope = _form(request)
    if not form.is_valid():
        raise BadRequest("scope")
    return scope


@require_safe
@_readers_only
def index(request: HttpRequest) -> HttpResponse:
    """``/reports/``: the figures of a period and department. A wrong period is said, and the last 90 days shown."""
    form, scope = _form(request)
    found = numbers(scope)
    context = {
        "form": form,
        "scope": scope,
        "period": period_words(scope),
        "periods": quick_periods(timezone.localdate(scope.now)),
        "department": names().department(scope.department) if scope.department is not None else "",
        "page": page(scope, found),
        "storms": storm_note(scope, found),
        "calls": _calls(scope),
    }
    return render(request, "dashboards/reports/index.html", context, status=200 if form.is_valid() else 400)


def _calls(scope: Scope) -> CallFigures | None:
    """The calls of the period; None for a part of the city's work, which calls are not counted by."""
    if scope.user.role not in READS_FIGURES or scope.department is not None:
        return None
    return call_figures(start=scope.begins, end=scope.ends, zone=str(scope.zone))


def _rows(request: HttpRequest) -> tuple[Scope, str, Params, ServiceRequestQuerySet]:
    scope = _valid_scope(request)
    form = ParamsForm(request.GET)
    if not form.is_valid():
        raise BadRequest("rows")
    figure, params = form.cleaned_data["figure"], form.params()
    try:
        found = rows(figure, scope, params)
    except UnknownFigure:
        raise Http404 from None
    return scope, figure, params, found.order_by("-created_at", "-pk")


@require_safe
@_readers_only
def rows_page(request: HttpRequest) -> HttpResponse:
    """``/reports/rows/``: the requests behind one number, 50 to a page."""
    scope, figure, params, found = _rows(request)
    paginator = Paginator(found.select_related("category", "department"), PAGE_SIZE)
    context = {
        "scope": scope,
        "title": title(figure, scope, params),
        "explanation": explain(figure),
        "period": period_words(scope),
        "department": names().department(scope.department) if scope.department is not None else "",
        "page": paginator.get_page(request.GET.get("page")),
        "query": request.GET.urlencode(),
        "now": scope.now,
    }
    return render(request, "dashboards/reports/rows.html", context)


@require_safe
@_readers_only
def rows_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same requests as a file; nothing about who reported them."""
    _scope, figure, _params, found = _rows(request)
    columns = [
        Column("number"),
        Column("category"),
        Column("department"),
        Column("status"),
        Column("outcome"),
        Column("channel"),
        Column("opened", "datetime"),
        Column("first due", "datetime"),
        Column("closed", "datetime"),
    ]
    fields = ("number", "category__name", "department__name", "status", "outcome", "channel")
    times = ("created_at", "first_due_at", "closed_at")

    def lines() -> Iterator[tuple[object, ...]]:
        for row in found.values_list(*fields, *times).iterator(chunk_size=2000):
            status, outcome = row[3], row[4]
            words = str(Outcome(outcome).label) if outcome else ""
            yield (*row[:3], str(Status(status).label), words, *row[5:])

    return stream_csv(columns, lines(), filename=f"requests-{figure}.csv")


@require_safe
@_readers_only
def figure_csv(request: HttpRequest, figure: str) -> StreamingHttpResponse:
    """``/reports/figures/<figure>.csv``: the numbers of one figure."""
    if figure not in SHEETS:
        raise Http404
    scope = _valid_scope(request)
    sheet = SHEETS[figure](scope)
    return stream_csv(sheet.columns, sheet.rows, filename=f"{figure}-{scope.start}-{scope.end}.csv")

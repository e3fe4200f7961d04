"""Taking the requests behind a number as a file: a right, a reason, and a record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic311.lib import clock
from civic311.lib.csvout import stream_csv
from civic311.lib.xlsxout import SheetOut, stream_xlsx
from dashboards.reports.access import View
from dashboards.reports.charts.figure import amount
from dashboards.reports.counting import count_words, counted
from dashboards.reports.extracts.forms import ExtractForm
from dashboards.reports.extracts.lines import columns, lines
from dashboards.reports.extracts.recording import Counted, Recorded, begin_extract
from dashboards.reports.models import Extract
from dashboards.reports.names import period_words, scope_words
from dashboards.reports.titles import title
from dashboards.reports.wanted import Wanted, wanted
from departments.models import StaffUser
from departments.roles import Role

EXTRACTORS = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.RECORDS_OFFICER})
"""Who takes rows of requests away. Others read them on the screen, and take tables of numbers."""
AUDITORS = frozenset({Role.ADMINISTRATOR, Role.RECORDS_OFFICER})
"""Who sees what everybody took."""
MOST_IN_A_WORKBOOK = 50_000
"""A workbook is written whole before its first byte is sent; more rows would keep a server busy for too long."""
MOST_IN_A_FILE = 1_000_000
PAGE_SIZE = 50


def only(roles: frozenset[Role]) -> Callable[[View], View]:
    """For these roles alone."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if cast(StaffUser, request.user).role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


@require_http_methods(["GET", "HEAD", "POST"])
@only(EXTRACTORS)
def extract(request: HttpRequest) -> HttpResponseBase:
    """``/reports/extract/``: what the file would hold and the question why; a POST with an answer sends it."""
    asked = wanted(request)
    n = counted(asked.rows, MOST_IN_A_FILE)
    form = ExtractForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        is_csv = form.cleaned_data["kind"] == "csv"
        if n <= (MOST_IN_A_FILE if is_csv else MOST_IN_A_WORKBOOK):
            return _file(request, asked, form, n)
        if n > MOST_IN_A_FILE:
            words, most = _("A file holds at most %(most)s requests. Take a shorter period."), MOST_IN_A_FILE
        else:
            words = _(
                "A workbook holds at most %(most)s requests here. Take the CSV file, or a shorter period."
            )
            most = MOST_IN_A_WORKBOOK
        form.add_error("kind", words % {"most": amount(most)})
    context = {
        "form": form,
        "title": title(asked.drill, asked.params, asked.rows),
        "count": count_words(n, MOST_IN_A_FILE),
        "columns": columns(),
        "period": period_words(asked.scope),
        "filters": scope_words(asked.scope),
        "query": request.GET.urlencode(),
    }
    status = 400 if form.errors else 200
    return render(request, "dashboards/reports/extract.html", context, status=status)


def _file(request: HttpRequest, asked: Wanted, form: ExtractForm, n: int) -> StreamingHttpResponse:
    kind = form.cleaned_data["kind"]
    record = begin_extract(
        by=asked.scope.user,
        query=request.GET.urlencode()[:2_000],
        figure=asked.figure,
        reason=form.cleaned_data["reason"],
        kind=kind,
        rows=n,
        now=asked.scope.now,
    )
    counted = Counted(lines(asked.rows, user=asked.scope.user))
    name = f"requests-{asked.figure}-{asked.scope.start}-{asked.scope.end}.{kind}"
    response = (
        stream_csv(columns(), counted, filename=name)
        if kind == "csv"
        else stream_xlsx([SheetOut(asked.figure, columns(), counted)], filename=name)
    )
    response.streaming_content = Recorded(response.streaming_content, counted, record, clock.now)  # type: ignore[arg-type]
    return response


@require_safe
@only(AUDITORS)
def extracts(request: HttpRequest) -> HttpResponse:
    """``/reports/extracts/``: who took which rows, when and why, newest first."""
    rows = Extract.objects.select_related("by").order_by("-started_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "dashboards/reports/extracts.html", {"page": page})

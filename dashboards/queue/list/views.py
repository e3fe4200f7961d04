"""The dispatcher's list: the page, what is new in it, its map, a look inside, and somebody's habits."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.queue.choices import catalogue
from dashboards.queue.history import Show, entries
from dashboards.queue.lines import table_lines
from dashboards.queue.list.bulk_forms import move_choices
from dashboards.queue.list.columns import COLUMNS, columns_of
from dashboards.queue.list.finding import record_rows, record_search
from dashboards.queue.list.habits import LAYOUTS, preference, save_preference, shares
from dashboards.queue.list.saved import shown_views
from dashboards.queue.list.state import Moment, Wanted, query_of, read
from dashboards.queue.list.walking import remember
from dashboards.queue.presenters import CappedPaginator, queue_row, tabs
from dashboards.queue.screen import load
from dashboards.queue.undo import bars as undo_bars
from departments.models import StaffUser
from requests_app.queries.list_pages import USUAL_ORDERS, FoundByWords, UsualList
from requests_app.queries.opened import request_history
from requests_app.queries.pictures import photo_rows
from requests_app.queries.queue_lines import queue_rows
from requests_app.queries.staff_cells import staff_cells
from requests_app.queries.wanted import BadFilter, read_box
from requests_app.queries.worklists import COUNT_CAP, newer_than, view_counts

PAGE_SIZE = 50
EVENTS_PEEKED = 4
NEWEST_ID_MOST = 2**62


@require_safe
def queue_list(request: HttpRequest) -> HttpResponse:
    """``/queue/``: one list, narrowed and sorted; its whole state is in the address."""
    user = cast(StaffUser, request.user)
    moment = Moment(clock.now())
    wanted = read(user, request.GET, moment)
    counts = view_counts(user, now=moment.now, today=moment.today, end_of_today=moment.midnight)
    known_count = None if wanted.filters.narrows else counts.by_view.get(wanted.view)
    paginator = CappedPaginator(
        _rows(user, wanted, moment, counts.newest), PAGE_SIZE, known_count=known_count
    )
    page = paginator.get_page(request.GET.get("page"))
    habits = preference(user)
    layout = request.GET.get("layout", "")
    if layout not in LAYOUTS:
        layout = habits.layout
    known = catalogue()
    rows = [
        queue_row(row, known=known, user_id=user.pk, now=moment.now, today=moment.today)
        for row in page.object_list
    ]
    if wanted.filters.seeks_reporter:
        record_search(user, [row.number for row in rows], now=moment.now)
    several_departments = wanted.people.departments is None or len(wanted.people.departments) > 1
    columns = columns_of(habits.columns)
    moves = move_choices(user)
    query = query_of(request.GET)
    context: dict[str, Any] = {
        "filter": wanted.filters,
        "tabs": tabs(counts.by_view, wanted.view),
        "views": shown_views(user, query),
        "view": wanted.view,
        "page": page,
        "paginator": paginator,
        "page_numbers": list(paginator.get_elided_page_range(page.number)),
        "rows": rows,
        "columns": columns,
        "lines": table_lines(
            rows, now=moment.now, columns=columns, with_owner=several_departments, with_boxes=bool(moves)
        ),
        "sort": wanted.sort,
        "now": moment.now,
        "seen": f"after={counts.newest}&at={int(moment.now.timestamp())}",
        "problems": wanted.problems,
        "several_departments": several_departments,
        "layout": layout,
        "layouts": [(name, label, name == layout) for name, label in _layout_labels()],
        "habits": habits,
        "column_choices": partial(_column_choices, habits.columns),
        "moves": moves,
        "query": query,
        "shares": shares(user),
        "undo": undo_bars.own(user, moment.now),
    }
    # an address nobody understands is an error; a view kept from better days is not
    status = 400 if wanted.problems and not request.GET.get("saved") else 200
    response = render(request, "dashboards/queue/list.html", context, status=status)
    remember(response, request, [row.number for row in rows], page=page.number, pages=paginator.num_pages)
    return response


def _rows(user: StaffUser, wanted: Wanted, moment: Moment, newest_id: int) -> Any:
    """The list's rows for the paginator, read in the way that costs the same in a city of any size."""
    if not wanted.filters.narrows and wanted.sort in USUAL_ORDERS:
        return UsualList(user, wanted.view, wanted.sort, moment.now, moment.today, moment.midnight)
    if wanted.filters.words and wanted.sort == "age":
        return FoundByWords(wanted.filters.qs_of_any_words, wanted.filters.words, newest_id=newest_id)
    return queue_rows(wanted.rows)


def _layout_labels() -> list[tuple[str, str]]:
    return [("list", _("List")), ("split", _("List and map")), ("map", _("Map"))]


def _column_choices(names: list[str]) -> list[tuple[str, str, bool]]:
    """Every column with whether it is shown, the shown ones first in their order."""
    shown = columns_of(names)
    others = [column for column in COLUMNS.values() if column not in shown]
    return [(column.key, str(column.label), column in shown) for column in (*shown, *others)]


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What arrived in this list since it was drawn, as a line with a link; nothing moves until it is pressed."""
    user = cast(StaffUser, request.user)
    after, drawn = _whole(request, "after"), _whole(request, "at")
    wanted = read(user, request.GET, Moment(clock.now()))
    if wanted.filters.seeks_reporter:
        record_rows(user, wanted.filters.qs, now=clock.now())
    count = newer_than(wanted.filters.qs, after)
    try:
        since = timezone.localtime(dt.datetime.fromtimestamp(drawn, dt.UTC))
    except (ValueError, OverflowError, OSError):
        raise BadRequest("at") from None
    context = {
        "count": f"{COUNT_CAP:,}+" if count > COUNT_CAP else count,
        "since": since,
        "query": query_of(request.GET),
    }
    return render(request, "dashboards/queue/list/_news.html", context)


def _whole(request: HttpRequest, name: str) -> int:
    """A number of the address that this page wrote itself. 400 when it is none."""
    value = request.GET.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 20 and int(value) < NEWEST_ID_MOST):
        raise BadRequest(name)
    return int(value)


@require_safe
def cells(request: HttpRequest) -> JsonResponse:
    """The requests of the list as groups on a map: the same filter, all pages of it."""
    user = cast(StaffUser, request.user)
    try:
        box = read_box(request.GET.get("bbox", ""))
    except BadFilter as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    if box is None:
        return JsonResponse({"error": _("Say which part of the map.")}, status=400)
    zoom = _whole(request, "zoom")
    wanted = read(user, request.GET, Moment(clock.now()))
    if wanted.filters.seeks_reporter:
        record_rows(user, wanted.filters.qs, now=clock.now())
    known = catalogue()
    found = staff_cells(wanted.filters.qs, box=box, zoom=zoom)
    return JsonResponse(
        {
            "cells": [
                {
                    "lat": round(cell.latitude, 6),
                    "lon": round(cell.longitude, 6),
                    "n": cell.requests,
                    "reports": [
                        {
                            "number": spot.number,
                            "category": known.category_names.get(spot.category_id, ""),
                            "status": spot.status.value,
                            "label": str(spot.status.label),
                            "address": spot.address,
                        }
                        for spot in cell.spots
                    ],
                }
                for cell in found
            ]
        }
    )


@require_safe
def peek(request: HttpRequest, number: str) -> HttpResponse:
    """A look inside beside the list; asked for as a page of its own it leads to the request."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("queue:detail", args=[number]))
    history = request_history(target)
    context = {
        "target": target,
        "now": clock.now(),
        "photos": photo_rows(target.pk)[:3],
        "history": entries(history, Show.ALL)[:EVENTS_PEEKED],
    }
    return render(request, "dashboards/queue/list/_peek.html", context)


@require_POST
def habits(request: HttpRequest) -> HttpResponse:
    """Keep somebody's columns, layout and keys, and show the list again as it was."""
    user = cast(StaffUser, request.user)
    save_preference(
        user=user,
        columns=request.POST.getlist("columns")[: len(COLUMNS)],
        layout=request.POST.get("layout", ""),
        has_shortcuts="has_shortcuts" in request.POST,
    )
    messages.success(request, _("The list is kept the way you chose."))
    return see_list(request.POST.get("query", ""))


def see_list(query: str) -> HttpResponse:
    """303 back to a list; the query is read, not trusted."""
    clean = query_of(QueryDict(query[:2_000]))
    response = HttpResponseRedirect(reverse("queue:list") + (f"?{clean}" if clean else ""))
    response.status_code = 303
    return response

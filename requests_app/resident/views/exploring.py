"""Public reports as a list and on a map, and the pages of areas and kinds of problem."""

from __future__ import annotations

import contextlib
import math
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from departments import directory
from departments.directory import AreaName
from departments.kinds import AreaKind
from departments.models import City
from departments.notices import current_notices
from requests_app.queries import overview
from requests_app.queries.cells import DEEPEST_ZOOM, Cell, map_cells
from requests_app.queries.front import FIGURES_DAYS
from requests_app.queries.listing import BadFilter, Box, Page, Wanted, capped_count, public_list
from requests_app.queries.nearby import support_words
from requests_app.queries.wanted import read_box
from requests_app.resident.exploring import ExploreForm, chosen_words, count_words, ways

LINES = 25
LINES_BESIDE = 10
_NOTHING = Page((), "")
_OF_THE_VIEW = frozenset({"lat", "lon", "radius", "zoom"})
"""Where the map stands: the script reads it from the address."""


@login_not_required
@transaction.non_atomic_requests
def listing(request: HttpRequest) -> HttpResponse:
    """Public reports by filter, newest first. A filter that fits nothing we know is said, with 400."""
    query = request.GET.dict()
    wanted, page, error = Wanted(), _NOTHING, ""
    try:
        wanted = Wanted.from_query(query)
        page = public_list(wanted, before=query.get("before"), limit=LINES)
    except BadFilter as refusal:
        error = str(refusal)
    context = _chosen(wanted, with_status=True) | {
        "page": page,
        "error": error,
        "is_first": not query.get("before"),
        "count": "" if error else count_words(capped_count(wanted)),
    }
    return render(request, "resident/list.html", context, status=400 if error else 200)


@login_not_required
@transaction.non_atomic_requests
def map_page(request: HttpRequest) -> HttpResponse:
    """Open reports on a map with the newest of them as a list; its place and filters are the address."""
    query = {name: value for name, value in request.GET.items() if name not in _OF_THE_VIEW}
    wanted, error = Wanted(), ""
    try:
        wanted = replace(Wanted.from_query(query), status="open")
    except BadFilter as refusal:
        error = str(refusal)
    area = directory.areas().get(wanted.area_id or 0)
    city = City.current()
    context = _chosen(replace(wanted, box=None), with_status=False) | {
        "error": error,
        "page": public_list(wanted, limit=LINES_BESIDE),
        "bounds": city.bounds,
        "view": area.box if area else wanted.box or city.bounds,
        "area_name": area.name if area else "",
        "outlined": _middle(area) if area else None,
    }
    return render(request, "resident/map.html", context, status=400 if error else 200)


@login_not_required
@transaction.non_atomic_requests
def cells(request: HttpRequest) -> JsonResponse:
    """``?bbox=west,south,east,north&zoom=`` and the filters → ``{"cells": […]}`` of open reports; 400 for nonsense."""
    query = request.GET.dict()
    try:
        box = read_box(query.pop("bbox", ""))
        wanted = Wanted.from_query(query)
        zoom = _zoom(query.get("zoom", ""), box)
    except BadFilter as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    found = map_cells(wanted, box=box or City.current().bounds, zoom=zoom)
    answer = JsonResponse({"cells": [_cell(cell) for cell in found]}, json_dumps_params=_COMPACT)
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@transaction.non_atomic_requests
def areas(request: HttpRequest) -> HttpResponse:
    """The areas of the city with their open reports."""
    counts = overview.open_by_area()
    groups = [
        (kind.label, [(f"{area.kind}/{area.slug}", area.name, counts.get(area.id, 0)) for area in rows])
        for kind, rows in overview.public_areas()
    ]
    return render(request, "resident/area_index.html", {"groups": groups, "is_areas": True})


@login_not_required
@transaction.non_atomic_requests
def area(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """An area: its figures now and its newest reports."""
    found = next(
        (
            row
            for _kind, rows in overview.public_areas()
            for row in rows
            if (row.kind, row.slug) == (kind, slug)
        ),
        None,
    )
    if found is None:
        raise Http404
    context = _subject(Wanted(status="all", area_id=found.id)) | {
        "name": found.name,
        "label": AreaKind(found.kind).label,
        "figures": overview.area_figures(found.id),
        "notices": current_notices(area_ids=(found.id,)),
        "is_area": True,
    }
    return render(request, "resident/area.html", context)


@login_not_required
@transaction.non_atomic_requests
def categories(request: HttpRequest) -> HttpResponse:
    """What residents can report and the public can follow, with the open reports of each."""
    counts = overview.open_by_category()
    groups: dict[str, list[tuple[str, str, int]]] = {}
    for category in overview.public_categories():
        line = (category.slug, category.shown_name, counts.get(category.pk, 0))
        groups.setdefault(category.group.shown_name, []).append(line)
    return render(request, "resident/area_index.html", {"groups": list(groups.items()), "is_areas": False})


@login_not_required
@transaction.non_atomic_requests
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A kind of problem: what the City does about it, its figures now and its newest reports."""
    found = next((row for row in overview.public_categories() if row.slug == slug), None)
    if found is None:
        raise Http404
    context = _subject(Wanted(status="all", category_id=found.pk)) | {
        "name": found.shown_name,
        "label": found.group.shown_name,
        "description": found.in_language("description"),
        "figures": overview.category_figures(found.pk),
        "notices": current_notices(category_id=found.pk),
        "report_category": found.slug if found.is_online else "",
    }
    return render(request, "resident/area.html", context)


_COMPACT: dict[str, Any] = {"separators": (",", ":")}


def _chosen(wanted: Wanted, *, with_status: bool) -> dict[str, Any]:
    return {
        "wanted": wanted,
        "form": ExploreForm(wanted, with_status=with_status),
        "heading": chosen_words(wanted),
        "ways": ways(wanted),
        "query": wanted.to_query(),
        "is_filtered": wanted not in {Wanted(), Wanted(circle=wanted.circle, box=wanted.box)},
    }


def _subject(wanted: Wanted) -> dict[str, Any]:
    """What the page of an area and of a category have in common."""
    return {
        "page": public_list(wanted, limit=LINES_BESIDE),
        "ways": ways(wanted),
        "open_ways": ways(replace(wanted, status="open")),
        "days": FIGURES_DAYS,
        "too_few": overview.TOO_FEW,
    }


def _middle(area: AreaName) -> tuple[float, float]:
    west, south, east, north = area.box
    return ((south + north) / 2, (west + east) / 2)


def _zoom(text: str, box: Box | None) -> int:
    """The zoom asked for, or the one a box of this width asks for; brought into the map's range."""
    with contextlib.suppress(ValueError):
        return max(0, min(DEEPEST_ZOOM, int(text[:4])))
    if text:
        raise BadFilter("zoom is a whole number")
    west, _south, east, _north = box or City.current().bounds
    return max(0, min(DEEPEST_ZOOM, round(math.log2(360 / max(east - west, 1e-6))) + 1))


def _cell(cell: Cell) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "n": cell.reports,
        "lat": round(cell.latitude, 6),
        "lon": round(cell.longitude, 6),
    }
    if cell.spots:
        entry["reports"] = [
            {
                "number": spot.number,
                "category": spot.category,
                "status": spot.status.value,
                "label": str(spot.status.label),
                "address": spot.address,
                "people": support_words(spot.others),
            }
            for spot in cell.spots
        ]
    return entry

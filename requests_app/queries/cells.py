"""Open reports for the map, grouped into at most `CELLS_MOST` cells of a view.

A wide view reads the ledger of coarse cells (`MapCell`), whose size does not depend on the number of reports; a close
one, or one with words or an area, reads the reports themselves. Both know only points as they are shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from django.db import connection

from departments import directory
from requests_app.models import ServiceRequest
from requests_app.models.mapcell import ALL_CATEGORIES, LEVELS
from requests_app.models.request import CELL_ZOOM
from requests_app.queries.incidents import Others
from requests_app.queries.listing import wanted_rows
from requests_app.queries.public import BLOCK_DECIMALS, public_address
from requests_app.queries.wanted import Box, Wanted
from requests_app.workflow import Status

CELLS_MOST = 200
DEEPEST_ZOOM = 19
NAMED_MOST = 5
"""So many reports of one spot are named, one by one, where no zoom parts them."""
_SIDE = 2**CELL_ZOOM
_TILES_A_CELL = 2
"""A cell is a quarter of a map tile wide: 64 pixels."""
_ROUNDING_CELLS = 4
"""Rounding to the block moves a point by less than this many cells."""
_LATITUDE_MOST = 85.05


@dataclass(frozen=True, slots=True)
class Spot:
    """A report of a cell that holds few, as far as the public may know it."""

    number: str
    category: str
    status: Status
    address: str
    latitude: float
    longitude: float
    others: int = 0
    """How many others told of the same problem."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's open reports and their centre in degrees. ``spots`` names them where there is one, or a few at a spot."""

    reports: int
    latitude: float
    longitude: float
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A view in cells of zoom 20, whole cells of ``shift`` wide; the last row and column belong to it."""

    west: int
    north: int
    east: int
    south: int
    shift: int


@dataclass(frozen=True, slots=True)
class _Sum:
    reports: int
    sum_x: int
    sum_y: int
    ids: tuple[int, ...]


def map_cells(wanted: Wanted, *, box: Box, zoom: int) -> list[Cell]:
    """Cells of the box (west, south, east, north) for a map of this zoom. Status, box and circle of ``wanted`` are not read."""
    frame = frame_of(box, zoom)
    if frame.shift >= LEVELS[0] and wanted.area_id is None and not wanted.words:
        sums = _from_ledger(frame, wanted.category_id or ALL_CATEGORIES)
    else:
        sums = _from_reports(frame, wanted)
    return _cells(sums)


def cell_of(latitude: float, longitude: float) -> tuple[int, int]:
    """Column and row of the cell a point in degrees lies in, as the database counts them."""
    latitude = max(-_LATITUDE_MOST, min(_LATITUDE_MOST, latitude))
    x = math.floor((longitude + 180) / 360 * _SIDE)
    y = math.floor((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * _SIDE)
    return min(_SIDE - 1, max(0, x)), min(_SIDE - 1, max(0, y))


def point_of(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a place in cells."""
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / _SIDE))))
    return latitude, x / _SIDE * 360 - 180


def frame_of(box: Box, zoom: int) -> Frame:
    """The view in whole cells, at most `CELLS_MOST` of them."""
    west, south, east, north = box
    left, top = cell_of(north, west)
    right, bottom = cell_of(south, east)
    shift = CELL_ZOOM - _TILES_A_CELL - max(0, min(DEEPEST_ZOOM, zoom))
    shift = max(0, shift)
    while ((right >> shift) - (left >> shift) + 1) * ((bottom >> shift) - (top >> shift) + 1) > CELLS_MOST:
        shift += 1
    low = (1 << shift) - 1
    return Frame(left & ~low, top & ~low, right | low, bottom | low, shift)


_LEDGER = """
SELECT sum(reports), sum(sum_x), sum(sum_y), sum(sum_id) FROM requests_app_mapcell
 WHERE level = %s AND category_id = %s AND x BETWEEN %s AND %s AND y BETWEEN %s AND %s
 GROUP BY x >> %s, y >> %s HAVING sum(reports) > 0 LIMIT %s
"""


def _from_ledger(frame: Frame, category_id: int) -> list[_Sum]:
    level = max(level for level in LEVELS if level <= frame.shift)
    coarser = frame.shift - level
    columns = (frame.west >> level, frame.east >> level)
    rows = (frame.north >> level, frame.south >> level)
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, [level, category_id, *columns, *rows, coarser, coarser, CELLS_MOST])
        return [
            _Sum(int(reports), int(sum_x), int(sum_y), (int(sum_id),) if reports == 1 else ())
            for reports, sum_x, sum_y, sum_id in cursor.fetchall()
        ]


_REPORTS = """
WITH shown AS (
  SELECT id, shown_cell_x(shown_category_id = ANY(%s), longitude, cell_x) AS x,
         shown_cell_y(shown_category_id = ANY(%s), latitude, cell_y) AS y
    FROM ({inner}) AS wanted
)
SELECT count(*), sum(x), sum(y), CASE WHEN count(*) <= %s THEN array_agg(id ORDER BY id DESC) END, min(x) = max(x) AND min(y) = max(y)
  FROM shown WHERE x BETWEEN %s AND %s AND y BETWEEN %s AND %s
 GROUP BY x >> %s, y >> %s LIMIT {most}
"""


def _from_reports(frame: Frame, wanted: Wanted) -> list[_Sum]:
    sensitive = [pk for pk, category in directory.categories().items() if category.place_is_sensitive]
    rows = (
        wanted_rows(replace(wanted, status="open", box=None, circle=None))
        .filter(
            place_is_fallback=False,
            cell_x__range=(frame.west - _ROUNDING_CELLS, frame.east + _ROUNDING_CELLS),
            cell_y__range=(frame.north - _ROUNDING_CELLS, frame.south + _ROUNDING_CELLS),
        )
        .order_by()
        .values("id", "shown_category_id", "latitude", "longitude", "cell_x", "cell_y")
    )
    inner, params = rows.query.sql_with_params()
    view = [frame.west, frame.east, frame.north, frame.south, frame.shift, frame.shift]
    with connection.cursor() as cursor:
        sql = _REPORTS.format(inner=inner, most=CELLS_MOST)
        cursor.execute(sql, [sensitive, sensitive, *params, NAMED_MOST, *view])
        return [
            _Sum(reports, int(sum_x), int(sum_y), tuple(ids or ()) if reports == 1 or one_spot else ())
            for reports, sum_x, sum_y, ids, one_spot in cursor.fetchall()
        ]


def _cells(sums: list[_Sum]) -> list[Cell]:
    spots = _spots([pk for each in sums for pk in each.ids])
    cells = []
    for each in sums:
        named = tuple(spots[pk] for pk in each.ids if pk in spots)
        if each.reports == 1 and named:
            cells.append(Cell(1, named[0].latitude, named[0].longitude, named))
        else:
            middle = point_of(each.sum_x / each.reports + 0.5, each.sum_y / each.reports + 0.5)
            cells.append(Cell(each.reports, *middle, named))
    return cells


def _spots(ids: list[int]) -> dict[int, Spot]:
    if not ids:
        return {}
    categories = directory.categories()
    rows = (
        ServiceRequest.objects.public()
        .shown_open()
        .filter(pk__in=ids, latitude__isnull=False)
        .annotate(others=Others())
        .values_list(
            "pk",
            "number",
            "shown_category_id",
            "shown_status",
            "address",
            "latitude",
            "longitude",
            "others",
        )
    )
    spots = {}
    for pk, number, category_id, status, address, latitude, longitude, others in rows:
        assert latitude is not None
        assert longitude is not None
        assert category_id is not None
        category = categories[category_id]
        sensitive = category.place_is_sensitive
        if sensitive:
            latitude, longitude = round(latitude, BLOCK_DECIMALS), round(longitude, BLOCK_DECIMALS)
        spots[pk] = Spot(
            number,
            category.shown_name,
            Status(status),
            public_address(address, sensitive=sensitive),
            latitude,
            longitude,
            others,
        )
    return spots

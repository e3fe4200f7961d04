"""A list of the queue as groups on a map. Staff see places as they are, closed requests too."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection

from requests_app.models import ServiceRequest
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.queries.cells import CELLS_MOST, NAMED_MOST, frame_of, point_of
from requests_app.queries.wanted import Box
from requests_app.workflow import Status

_GROUPS = """
SELECT count(*), avg(cell_x), avg(cell_y), (array_agg(id ORDER BY id DESC))[1:%s],
       min(cell_x) = max(cell_x) AND min(cell_y) = max(cell_y)
  FROM ({inner}) AS listed GROUP BY cell_x >> %s, cell_y >> %s LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class StaffSpot:
    """One request of a group that holds few."""

    number: str
    category_id: int
    status: Status
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class StaffCell:
    """A group and its middle in degrees; ``spots`` names its requests where there is one, or a few at one spot."""

    requests: int
    latitude: float
    longitude: float
    spots: tuple[StaffSpot, ...] = ()


def staff_cells(rows: ServiceRequestQuerySet, *, box: Box, zoom: int) -> list[StaffCell]:
    """Groups of these rows inside the box (west, south, east, north), for a map of this zoom. Two statements."""
    frame = frame_of(box, zoom)
    inside = rows.filter(cell_x__range=(frame.west, frame.east), cell_y__range=(frame.north, frame.south))
    try:
        inner, params = inside.order_by().values("id", "cell_x", "cell_y").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        sql = _GROUPS.format(inner=inner, most=CELLS_MOST)
        cursor.execute(sql, [NAMED_MOST, *params, frame.shift, frame.shift])
        found = [
            (count, float(x), float(y), ids if count == 1 or one_spot else [])
            for count, x, y, ids, one_spot in cursor.fetchall()
        ]
    spots = _spots([pk for _count, _x, _y, ids in found for pk in ids])
    cells = []
    for count, x, y, ids in found:
        named = tuple(spots[pk] for pk in ids if pk in spots)
        middle = (
            (named[0].latitude, named[0].longitude) if count == 1 and named else point_of(x + 0.5, y + 0.5)
        )
        cells.append(StaffCell(count, *middle, named))
    return cells


def _spots(ids: list[int]) -> dict[int, StaffSpot]:
    rows = ServiceRequest.objects.filter(pk__in=ids, latitude__isnull=False).values_list(
        "pk", "number", "category_id", "status", "address", "latitude", "longitude"
    )
    return {
        pk: StaffSpot(number, category, Status(status), address, latitude or 0.0, longitude or 0.0)
        for pk, number, category, status, address, latitude, longitude in rows
    }

"""The public map's cells: counts, centres, and the ledger held against the reports through any run of changes."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic311.lib.cached import forget_all
from civic311.lib.copying import copy_rows, reserve_ids
from departments.models import StaffUser
from requests_app.actions import Actor, close, publish, recategorize, reopen, unpublish, withdraw
from requests_app.actions.mapcells import fold_map_cells, rebuild_map_cells, wrong_map_cells
from requests_app.models import MapCell, ServiceRequest
from requests_app.queries.cells import CELLS_MOST, Cell, cell_of, map_cells
from requests_app.queries.wanted import Wanted
from requests_app.workflow import Outcome
from tests import makers

pytestmark = pytest.mark.django_db
CITY = (-76.7, 39.2, -76.5, 39.4)
STREET = (-76.66, 39.295, -76.64, 39.305)


def report(city: makers.SmallCity, **fields: Any) -> ServiceRequest:
    return makers.submitted(fields.pop("category", city.pothole), **fields).request


def make_sensitive(city: makers.SmallCity, is_sensitive: bool = True) -> None:
    city.rats.place_is_sensitive = is_sensitive
    city.rats.save()
    forget_all()


def reports(cells: list[Cell]) -> int:
    return sum(cell.reports for cell in cells)


def test_the_database_and_python_count_cells_alike(city: makers.SmallCity) -> None:
    for latitude, longitude in ((39.3, -76.65), (-89.0, -180.0), (89.0, 180.0), (0.0, 0.0)):
        made = report(city, latitude=latitude, longitude=longitude)
        made.refresh_from_db()
        assert (made.cell_x, made.cell_y) == cell_of(latitude, longitude)


@pytest.mark.parametrize(("box", "zoom"), [(CITY, 12), (CITY, 13), (STREET, 16), (STREET, 19)])
def test_wide_and_close_views_agree(city: makers.SmallCity, box: tuple[float, ...], zoom: int) -> None:
    for step in range(6):
        report(city, latitude=39.3 + step * 0.0004, longitude=-76.65 - step * 0.0004)
    report(city, category=city.rats)
    assert reports(map_cells(Wanted(), box=box, zoom=zoom)) == 7  # type: ignore[arg-type]
    assert reports(map_cells(Wanted(category_id=city.rats.pk), box=box, zoom=zoom)) == 1  # type: ignore[arg-type]


def test_a_single_report_is_named_and_lies_where_it_is(city: makers.SmallCity) -> None:
    made = report(city, latitude=39.30123, longitude=-76.65123)
    for box, zoom in ((CITY, 12), (STREET, 17)):
        (cell,) = map_cells(Wanted(), box=box, zoom=zoom)
        assert (cell.latitude, cell.longitude) == (39.30123, -76.65123)
        assert cell.spots[0].number == made.number


def test_several_at_one_spot_are_named(city: makers.SmallCity) -> None:
    made = {report(city).number for _ in range(3)}
    (cell,) = map_cells(Wanted(), box=STREET, zoom=19)
    assert {spot.number for spot in cell.spots} == made


def test_filters_of_the_map(city: makers.SmallCity) -> None:
    report(city, description="A deep hole")
    report(city, longitude=-76.55, description="Something flat")
    assert reports(map_cells(Wanted(area_id=city.district_2.pk), box=CITY, zoom=12)) == 1
    assert reports(map_cells(Wanted(words="hole"), box=CITY, zoom=12)) == 1
    assert reports(map_cells(Wanted(status="closed"), box=CITY, zoom=12)) == 2


def test_hidden_closed_and_guessed_points_are_not_shown(city: makers.SmallCity) -> None:
    for change in ({"is_public": False}, {"place_is_fallback": True}, {"latitude": None, "longitude": None}):
        made = report(city)
        ServiceRequest.objects.filter(pk=made.pk).update(**change)
    withdraw(request_id=report(city).pk, by=Actor.reporter(), now=makers.NOW)
    report(city, category=city.container)
    for box, zoom in ((CITY, 12), (STREET, 17)):
        assert map_cells(Wanted(), box=box, zoom=zoom) == []


@pytest.mark.parametrize("zoom", [0, 12, 15, 17, 19])
def test_a_secret_house_is_never_nearer_than_its_block(city: makers.SmallCity, zoom: int) -> None:
    make_sensitive(city)
    report(city, category=city.rats, latitude=39.30037, longitude=-76.65041, address="123 Main St")
    (cell,) = map_cells(Wanted(), box=CITY if zoom < 15 else STREET, zoom=zoom)
    assert (cell.latitude, cell.longitude) == (39.3, -76.65)
    assert cell.spots[0].address == "100 block of Main St"
    assert map_cells(Wanted(), box=(-76.6505, 39.3003, -76.6503, 39.3005), zoom=19) == []
    assert reports(map_cells(Wanted(), box=(-76.6501, 39.2999, -76.6499, 39.3001), zoom=19)) == 1


def test_a_category_that_becomes_sensitive_moves_its_points(city: makers.SmallCity) -> None:
    report(city, category=city.rats, latitude=39.30037, longitude=-76.65041)
    for is_sensitive in (True, False):
        make_sensitive(city, is_sensitive)
        assert wrong_map_cells() == 0


def test_never_more_cells_than_a_map_can_take(city: makers.SmallCity) -> None:
    bulk(city, 600, random.Random(1))
    for zoom in range(20):
        cells = map_cells(Wanted(), box=CITY, zoom=zoom)
        assert reports(cells) == 600
        assert len(cells) <= CELLS_MOST
    assert reports(map_cells(Wanted(), box=(-180.0, -90.0, 180.0, 90.0), zoom=19)) == 600


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("zoom", [12, 17])
def test_two_statements_for_any_number(city: makers.SmallCity, count: int, zoom: int) -> None:
    bulk(city, count, random.Random(2))
    map_cells(Wanted(), box=CITY, zoom=zoom)
    with CaptureQueriesContext(connection) as captured:
        map_cells(Wanted(), box=CITY, zoom=zoom)
    assert len(captured) <= 2
    assert not [entry for entry in captured if "reporter" in entry["sql"]]


def bulk(city: makers.SmallCity, count: int, rng: random.Random) -> list[int]:
    """Reports written by COPY, as histories and imports write them."""
    model = report(city)
    ids = reserve_ids(ServiceRequest, count)
    copies = []
    for pk in ids:
        copy = ServiceRequest.objects.get(pk=model.pk)
        copy.pk, copy.number, copy.token_hash = pk, f"26-9{pk:08d}", f"hash {pk}"
        copy.category = rng.choice([city.pothole, city.rats, city.missed_trash])
        copy.latitude, copy.longitude = rng.uniform(39.21, 39.39), rng.uniform(-76.69, -76.51)
        copies.append(copy)
    ServiceRequest.objects.filter(pk=model.pk).update(is_public=False)
    copy_rows(ServiceRequest, copies)
    return ids


def test_the_ledger_equals_the_reports_through_any_changes(
    city: makers.SmallCity, manager: StaffUser
) -> None:
    rng = random.Random(311)
    ids = bulk(city, 40, rng)
    administrator = makers.staff("administrator", sees_all_departments=True)
    by = Actor.staff(administrator)
    assert wrong_map_cells() == 0
    for turn in range(160):
        now = makers.NOW + dt.timedelta(minutes=turn)
        pk = rng.choice(ids)
        rows = ServiceRequest.objects.filter(pk=pk)
        request = rows.first()
        common: dict[str, Any] = {"request_id": pk, "version": None, "by": by, "now": now}
        match rng.randrange(10):
            case 0 | 1 if request and request.is_open:
                close(outcome=Outcome.NOT_FOUND, public_answer="Not there.", internal_note="", **common)
            case 2 if request and not request.is_open:
                reopen(request_id=pk, version=None, reason="Still there", by=by, now=now)
            case 3 if request and request.is_open:
                recategorize(category=rng.choice([city.pothole, city.rats]), **common)
            case 4 if request and request.is_public:
                unpublish(reason="Personal data", **common)
            case 5 if request and not request.is_public:
                publish(**common)
            case 6:
                rows.update(latitude=rng.uniform(39.2, 39.4), longitude=rng.uniform(-76.7, -76.5))
            case 7:
                rows.update(place_is_fallback=rng.random() < 0.5)
            case 8:
                make_sensitive(city, rng.random() < 0.5)
            case 9:
                fold_map_cells()
        assert wrong_map_cells() == 0, f"turn {turn}"
    ServiceRequest.objects.filter(pk__in=ids[:10]).update(latitude=None, longitude=None)
    assert wrong_map_cells() == 0
    fold_map_cells()
    cells = MapCell.objects.values_list("level", "category_id", "x", "y")
    assert len(cells) == len(set(cells))


def test_rebuilding_mends_a_spoiled_ledger(city: makers.SmallCity) -> None:
    report(city)
    report(city, category=city.rats)
    MapCell.objects.filter(category_id=city.rats.pk).delete()
    assert wrong_map_cells() > 0
    rebuild_map_cells()
    assert wrong_map_cells() == 0


@pytest.mark.django_db(transaction=True)
def test_truncating_the_reports_empties_the_map(city: makers.SmallCity) -> None:
    report(city)
    guard = "ALTER TABLE requests_app_requestevent {} TRIGGER request_event_no_truncate"
    with connection.cursor() as cursor:
        cursor.execute(guard.format("DISABLE"))
        cursor.execute("TRUNCATE requests_app_servicerequest CASCADE")
        cursor.execute(guard.format("ENABLE"))
    assert not MapCell.objects.exists()

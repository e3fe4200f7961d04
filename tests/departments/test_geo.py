"""Points and areas, distances, typed coordinates."""

from __future__ import annotations

from typing import Any

import pytest

from civic311.lib.cached import forget_all
from departments.geo import areas_at, distance_m, inside_city, parse_coordinates
from departments.kinds import AreaKind
from departments.models import Area, City
from tests import makers


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("39.29, -76.61", (39.29, -76.61)),
        ("39.29 -76.61", (39.29, -76.61)),
        ("  39.29,-76.61 ", (39.29, -76.61)),
        ("39.29° N, 76.61° W", (39.29, -76.61)),
        ("39.29N 76.61w", (39.29, -76.61)),
        ("33.9 S, 18.4 E", (-33.9, 18.4)),
        ("+39.29;+10", (39.29, 10.0)),
        ("91, 10", None),
        ("39.29, -181", None),
        ("39.29", None),
        ("100 Holliday Street", None),
        ("39.29, -76.61, 5", None),
        ("", None),
        ("1e5, 3", None),
    ],
)
def test_coordinates_typed_in(text: str, point: tuple[float, float] | None) -> None:
    assert parse_coordinates(text) == point


def test_distance() -> None:
    assert distance_m(39.29, -76.61, 39.29, -76.61) == 0
    assert distance_m(39.0, -76.0, 40.0, -76.0) == pytest.approx(111_195, rel=1e-4)
    assert distance_m(0, 0, 0, 180) == pytest.approx(20_015_115, rel=1e-4)


def test_areas_of_a_point(city: makers.SmallCity) -> None:
    (hit,) = areas_at(39.3, -76.65)
    assert (hit.id, hit.kind, hit.name) == (city.district_1.pk, "council_district", "District 1")
    assert [hit.name for hit in areas_at(39.3, -76.6)] == ["District 1", "District 2"]
    assert areas_at(39.5, -76.65) == []


def test_polygons_are_read_once_for_each_version(
    city: makers.SmallCity, django_assert_num_queries: Any
) -> None:
    areas_at(39.3, -76.65)
    with django_assert_num_queries(0):
        areas_at(39.3, -76.55)
        inside_city(39.3, -76.55)
    Area.objects.filter(pk=city.district_1.pk).update(is_active=False)
    City.objects.update(version=2)
    forget_all()
    assert areas_at(39.3, -76.65) == []


def test_inside_by_areas_by_outline_and_by_bounds(city: makers.SmallCity) -> None:
    assert inside_city(39.3, -76.65)
    assert not inside_city(39.45, -76.65)
    makers.area(AreaKind.COUNTY, "county", "County", (-76.7, 39.2, -76.68, 39.4))
    forget_all()
    assert inside_city(39.3, -76.69)
    assert not inside_city(39.3, -76.65)
    Area.objects.update(is_active=False)
    forget_all()
    assert inside_city(39.3, -76.65)
    assert not inside_city(39.3, -77.0)


@pytest.mark.parametrize("point", [(float("nan"), 0.0), (float("inf"), 0.0), (1e300, -1e300)])
def test_nonsense_points_are_nowhere(city: makers.SmallCity, point: tuple[float, float]) -> None:
    assert areas_at(*point) == []
    assert not inside_city(*point)


def test_neighbors_are_no_areas_of_the_city(city: makers.SmallCity) -> None:
    makers.area(AreaKind.NEIGHBOR, "next", "Next County", (-76.65, 39.2, -76.3, 39.4))
    assert [hit.name for hit in areas_at(39.3, -76.62)] == ["District 1"]
    assert areas_at(39.3, -76.4) == []
    assert not inside_city(39.3, -76.4)
    assert not Area.objects.own().filter(kind=AreaKind.NEIGHBOR).exists()

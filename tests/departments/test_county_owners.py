"""Whose is it in the county: its city, its town, State roads by their names, the bay, the neighbors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from civic311.lib.cached import forget_all
from departments.geo import areas_at
from departments.models import Category
from departments.ownership import Ownership, owner_of
from tests.departments.conftest import PACKS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county"), pytest.mark.slow]


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The county's pack, loaded once for these tests and undone after them."""
    from django.db import transaction

    from departments.loading import load_pack

    class _Undo(Exception):
        pass

    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                load_pack(PACKS / "anne_arundel", city_slug="anne-arundel")
                yield
                raise _Undo
        except _Undo:
            forget_all()


def ask(latitude: float, longitude: float, text: str = "", slug: str = "pothole") -> Ownership:
    return owner_of(
        category=Category.objects.get(slug=slug),
        latitude=latitude,
        longitude=longitude,
        areas={hit.id: hit.name for hit in areas_at(latitude, longitude)},
        text=text,
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "kind", "name"),
    [
        (38.9785, -76.4922, "partner", "City of Annapolis"),
        (39.2904, -76.6122, "outside", "City of Baltimore"),
        (39.2037, -76.8610, "outside", "Howard County"),
        (38.9073, -77.0369, "outside", ""),
        (38.9600, -76.6500, "ours", "Bureau of Highways"),
    ],
    ids=["Annapolis", "Baltimore", "Columbia", "Washington", "Davidsonville"],
)
def test_whose_place_it_is(latitude: float, longitude: float, kind: str, name: str) -> None:
    owner = ask(latitude, longitude)
    assert (owner.kind, owner.name) == (kind, name)


@pytest.mark.parametrize("text", ["A hole\n800 Ritchie Highway", "A hole on MD 214", "a hole on us 50"])
def test_state_roads_by_their_names(text: str) -> None:
    owner = ask(38.96, -76.65, text)
    assert (owner.name, owner.phone) == ("State Highway Administration", "410-545-0300")
    assert owner.sentence == "State Highway Administration looks after this."


def test_a_pin_in_the_bay() -> None:
    owner = ask(39.02, -76.38)
    assert owner.kind == "ours"
    assert owner.sentence == "This place is in the water: Chesapeake Bay."
    assert owner.advice == "Is that right? If not, move the pin."

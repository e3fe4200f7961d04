"""Whose is it, in the demonstration city with its real roads and neighbors."""

from __future__ import annotations

from collections import Counter

import pytest

from departments.models import Area, Category, Partner, StreetSegment
from departments.ownership import Ownership, owner_of
from departments.packs import polyline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("baltimore"), pytest.mark.slow]


def ask(latitude: float, longitude: float) -> Ownership:
    category = Category.objects.get(slug="pothole")
    return owner_of(category=category, latitude=latitude, longitude=longitude, areas={}, text="")


@pytest.mark.parametrize(
    ("latitude", "longitude", "kind", "name"),
    [
        (39.4015, -76.6019, "outside", "Baltimore County"),
        (39.17, -76.62, "outside", "Anne Arundel County"),
        (39.2721, -76.7319, "outside", "Baltimore County"),
        (38.9072, -77.0369, "outside", ""),
        (39.2904, -76.6122, "ours", "Department of Transportation"),
    ],
    ids=["Towson", "Glen Burnie", "Catonsville", "Washington", "downtown"],
)
def test_whose_place_it_is(latitude: float, longitude: float, kind: str, name: str) -> None:
    owner = ask(latitude, longitude)
    assert (owner.kind, owner.name) == (kind, name)


def test_a_pin_in_the_harbor() -> None:
    owner = ask(39.2700, -76.5850)
    assert owner.kind == "ours"
    assert owner.sentence == "This place is in the water: Northwest Harbor."


def test_highways_belong_to_their_owners() -> None:
    """Interstates 95, 395 and 895 to the Transportation Authority, 695 to the State, 83 to the City itself."""
    slugs = dict(Partner.objects.values_list("pk", "slug"))
    owned = Counter(slugs.get(pk or 0, "") for pk in StreetSegment.objects.values_list("owner_id", flat=True))
    assert owned["mdta"] > 250
    assert owned["mdot-sha"] > 20
    assert set(owned) == {"mdta", "mdot-sha", ""}
    assert not StreetSegment.objects.filter(street__key__startswith="I 83", owner__isnull=False).exists()


def test_a_pin_on_interstate_95() -> None:
    lines = StreetSegment.objects.filter(owner__slug="mdta", kind="ramp", road_class="interstate")
    points = [polyline.decode(line)[0] for line in lines.order_by("pk").values_list("line", flat=True)[:40]]
    owners = Counter(ask(*point).name for point in points)
    assert owners.most_common(1)[0][0] == "Maryland Transportation Authority"


def test_neighbors_are_not_offered_as_areas() -> None:
    names = set(Area.objects.own().values_list("name", flat=True))
    assert not names & {"Baltimore County", "Howard County", "Anne Arundel County"}
    assert Area.objects.neighbors().filter(partner__isnull=True).count() == 0

"""Whose is it: the city, the next town, the owner of a road, somebody else by the routing rules."""

from __future__ import annotations

from typing import Any

import pytest

from departments.kinds import AreaKind, HandOver
from departments.models import Partner, PlaceShape, RoutingRule, StreetSegment
from departments.ownership import Ownership, nearest_owner, owner_of
from departments.packs import polyline
from tests import makers
from tests.makers import SmallCity

HIGHWAY = ((39.3, -76.66), (39.3, -76.64))
STREET = ((39.29, -76.65), (39.31, -76.65))


@pytest.mark.parametrize(
    ("latitude", "owner"),
    [(39.3, 7), (39.3001, 7), (39.30013, 7), (39.3002, None), (39.4, None)],
    ids=["on it", "11 m", "14 m", "22 m", "far"],
)
def test_who_owns_the_road_under_a_pin(latitude: float, owner: int | None) -> None:
    assert nearest_owner([(7, HIGHWAY)], latitude, -76.645) == owner


def test_the_nearest_road_decides() -> None:
    assert nearest_owner([(7, HIGHWAY), (None, STREET)], 39.30005, -76.65) is None
    assert nearest_owner([(7, HIGHWAY), (None, STREET)], 39.30002, -76.6498) == 7
    assert nearest_owner([], 39.3, -76.65) is None


def partner(slug: str, name: str, **more: Any) -> Partner:
    return Partner.objects.create(
        slug=slug, name=name, phone="410-555-0188", website="https://next.example", **more
    )


@pytest.fixture
def next_town(city: SmallCity) -> Partner:
    town = partner("next", "Nexttown", hand_over=HandOver.PHONE)
    area = makers.area(AreaKind.NEIGHBOR, "next", "Next County", (-76.5, 39.2, -76.3, 39.4))
    area.partner = town
    area.save()
    return town


@pytest.fixture
def authority(city: SmallCity) -> Partner:
    owner = partner("tolls", "Toll Authority", hand_over=HandOver.MAIL)
    for points, who in ((HIGHWAY, owner), (STREET, None)):
        latitudes, longitudes = [p[0] for p in points], [p[1] for p in points]
        StreetSegment.objects.create(
            kind="street",
            owner=who,
            line=polyline.encode(points),
            west=min(longitudes),
            east=max(longitudes),
            south=min(latitudes),
            north=max(latitudes),
        )
    return owner


def ask(category: Any, latitude: float | None, longitude: float | None, text: str = "") -> Ownership:
    return owner_of(category=category, latitude=latitude, longitude=longitude, areas={}, text=text)


def test_the_citys_own_department(city: SmallCity) -> None:
    owner = ask(city.pothole, 39.31, -76.65)
    assert owner == Ownership("ours", "Department of Streets", "Department of Streets looks after this.")
    assert ask(None, 39.31, -76.65) == Ownership("ours")
    assert ask(None, None, None) == Ownership("ours")


def test_the_next_town(next_town: Partner, city: SmallCity) -> None:
    owner = ask(city.pothole, 39.3, -76.4)
    assert (owner.kind, owner.name, owner.partner_id) == ("outside", "Nexttown", next_town.pk)
    assert owner.sentence == "This place is in Next County, outside Smallville."
    assert "Report it to Nexttown" in owner.advice
    assert (owner.phone, owner.website, owner.hand_over) == ("410-555-0188", "https://next.example", "phone")


def test_a_gap_between_outlines_still_belongs_to_the_neighbor(next_town: Partner, city: SmallCity) -> None:
    assert ask(None, 39.404, -76.4).name == "Nexttown"
    assert ask(None, 39.41, -76.4).name == ""


def test_outside_of_everything_we_know(next_town: Partner, city: SmallCity) -> None:
    owner = ask(city.pothole, 51.5, -0.12)
    assert (owner.kind, owner.name, owner.partner_id) == ("outside", "", None)
    assert owner.sentence == "This place is outside Smallville."
    assert "A person reads your report" in owner.advice


def test_a_pin_at_sea(next_town: Partner, city: SmallCity) -> None:
    for name, box in (("Big Bay", (-76.4, 39.2, -76.3, 39.3)), ("", (-76.69, 39.21, -76.68, 39.22))):
        PlaceShape.objects.create(name=name, kind="water", geometry=makers.square(*box))
    outside = ask(city.pothole, 39.25, -76.35)
    assert outside.kind == "outside"
    assert outside.sentence == "This place is in the water (Big Bay), outside Smallville."
    assert outside.advice == "Check the pin, or type the address."
    inside = ask(city.pothole, 39.215, -76.685)
    assert (inside.kind, inside.sentence) == ("ours", "This place is in the water.")
    assert "move the pin" in inside.advice


def test_a_road_of_somebody_else(authority: Partner, city: SmallCity) -> None:
    owner = ask(city.pothole, 39.30003, -76.645)
    assert (owner.kind, owner.partner_id, owner.hand_over) == ("partner", authority.pk, "mail")
    assert owner.sentence == "This road belongs to Toll Authority."
    assert "Tell them first" in owner.advice
    assert ask(None, 39.3, -76.645).partner_id == authority.pk
    assert ask(city.pothole, 39.305, -76.65).is_ours


def test_only_repairs_ask_for_the_owner_of_the_road(authority: Partner, city: SmallCity) -> None:
    for category in (city.missed_trash, city.container, city.rats, city.question, city.praise):
        assert ask(category, 39.3, -76.645).is_ours


def test_a_rule_with_a_partner(city: SmallCity) -> None:
    power = partner("power", "Power Company", hand_over=HandOver.MAIL)
    rule = RoutingRule.objects.create(
        slug="wires", name="Wires", words="wire down", department=city.streets, partner=power
    )
    rule.categories.add(city.pothole)
    owner = ask(city.pothole, None, None, "A wire down on the road")
    assert (owner.kind, owner.name, owner.sentence) == (
        "partner",
        "Power Company",
        "Power Company looks after this.",
    )
    assert ask(city.pothole, 39.31, -76.65, "A hole").is_ours


def test_a_question_has_no_place(next_town: Partner, city: SmallCity) -> None:
    assert ask(city.question, 39.3, -76.4).is_ours


@pytest.mark.parametrize(
    "point", [(float("nan"), 1.0), (float("inf"), 1.0), (0.0, 0.0), (91.0, 0.0), (1e300, 5.0), (39.3, None)]
)
def test_no_point_counts_as_none_given(city: SmallCity, point: tuple[float, float | None]) -> None:
    assert ask(city.pothole, *point).is_ours


def test_one_statement_at_most(
    authority: Partner, city: SmallCity, django_assert_max_num_queries: Any
) -> None:
    ask(city.pothole, 39.3, -76.645)
    with django_assert_max_num_queries(1):
        ask(city.pothole, 39.3, -76.645)


def test_words_of_the_address_route_as_they_tell(city: SmallCity) -> None:
    """A numbered road is known by its name, wherever somebody types it: the note and the routing agree."""
    state = partner("state", "State Highways", hand_over=HandOver.MAIL)
    rule = RoutingRule.objects.create(
        slug="state", name="State roads", words="MD 2", department=city.streets, partner=state
    )
    rule.categories.add(city.pothole)
    assert ask(city.pothole, None, None, "A hole\n1200 MD 2").partner_id == state.pk
    made = makers.submitted(city.pothole, description="A hole", address="1200 MD 2")
    assert made.request.partner == state

"""The address that offers categories, and what is learned from requests."""

from __future__ import annotations

import pytest
from django.test import Client

from civic311.lib.cached import forget_all
from departments.models import Category, City
from requests_app.actions.learning import LEAST_REQUESTS, learn_terms
from requests_app.models import LearnedTerm
from requests_app.queries.front import offered_categories
from requests_app.resident.search import best_categories
from requests_app.resident.spelling import Speller, distance
from tests import makers

pytestmark = pytest.mark.django_db


def slugs(text: str) -> list[str]:
    return [category.slug for category in best_categories(text, offered_categories(), 3)]


def test_three_at_most_with_group_and_department(city: makers.SmallCity, client: Client) -> None:
    said = client.get("/categories/suggest/", {"q": "potholes in the street"}).json()
    assert said["categories"][0] == {
        "slug": "pothole",
        "name": "Pothole",
        "group": "Streets and sidewalks",
        "department": city.streets.name,
    }
    assert len(said["categories"]) <= 3


def test_names_in_the_language_of_the_page(city: makers.SmallCity, client: Client) -> None:
    city.pothole.translations = {"es": {"name": "Bache"}}
    city.pothole.save()
    said = client.get("/categories/suggest/", {"q": "bache"}, headers={"Accept-Language": "es"}).json()
    assert said["categories"][0]["name"] == "Bache"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "the of",
        "!!!",
        "1234 5678",
        "🕳️🕳️",
        "\u202e\u200f",
        "xyzzy",
        "x" * 4_000,
        "% _ \\ ' \" :*&|",
    ],
)
def test_nothing_fits(city: makers.SmallCity, client: Client, text: str) -> None:
    answer = client.get("/categories/suggest/", {"q": text})
    assert (answer.status_code, answer.json()) == (200, {"categories": []})


def test_nul_is_refused_with_a_message(city: makers.SmallCity, client: Client) -> None:
    assert client.get("/categories/suggest/", {"q": "a\x00b"}).status_code == 400


def test_a_category_switched_off_is_not_offered(city: makers.SmallCity) -> None:
    assert slugs("pothole") == ["pothole"]
    Category.objects.filter(slug="pothole").update(is_online=False)
    offered_categories.forget()
    assert slugs("pothole") == []


def test_a_changed_catalogue_is_found_at_once(city: makers.SmallCity) -> None:
    assert slugs("crater") == []
    Category.objects.filter(slug="pothole").update(keywords="crater")
    City.objects.update(version=2)
    forget_all()
    assert slugs("crater") == ["pothole"]


def test_words_of_earlier_requests_are_learned(city: makers.SmallCity) -> None:
    for number in range(LEAST_REQUESTS):
        makers.submitted(
            city.rats, description=f"A gnawer lives under the porch {'Smithson' if number == 0 else ''}"
        )
    learn_terms()
    forget_all()
    terms = set(LearnedTerm.objects.values_list("term", flat=True))
    assert "=:gnawer" in terms
    assert "=:smithson" not in terms, "what one person alone writes is not kept"
    assert slugs("gnawers under my porch") == ["rats"]


def test_learning_twice_gives_the_same(city: makers.SmallCity) -> None:
    for _ in range(LEAST_REQUESTS):
        makers.submitted(city.rats, description="A gnawer lives here")

    def learned() -> list[tuple[int, str, float]]:
        learn_terms()
        return sorted(LearnedTerm.objects.values_list("category_id", "term", "share"))

    assert learned() == learned()


@pytest.mark.parametrize(
    ("left", "right", "errors"),
    [
        ("light", "light", 0),
        ("lihgt", "light", 1),
        ("brokn", "broken", 1),
        ("grafitti", "graffiti", 2),
        ("cat", "house", 3),
    ],
)
def test_distance(left: str, right: str, errors: int) -> None:
    assert distance(left, right, 2) == errors == distance(right, left, 2)


def test_speller_leaves_known_words_and_splits_compounds() -> None:
    speller = Speller({"street", "light", "pothole"}, [["street", "light"]])
    assert speller.meant(["lights", "pothole"]) == ["lights", "pothole"]
    assert speller.meant(["streetlihgt"]) == ["streetlight", "the", "the", "the", "street", "light"]
    assert speller.nearest("zebra") == ""

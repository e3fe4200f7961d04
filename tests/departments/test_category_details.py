"""category_details.toml: read with problems by line, loaded onto the categories, said in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from departments.loading.load import load_pack
from departments.models import Category
from departments.packs import PackError, bundled_packs, read_pack
from tests.departments.tiny_pack import SLUG, make_tiny_pack

GOOD = """
[[category]]
slug = "pothole"
nearby_m = 25
comments = true
[category.help.en]
safe = "Keep off the road."
tools = "None."
[[category.help.en.groups]]
name = "Friends of the Street"
url = "https://friends.example.org"
[category.help.es]
safe = "No entre en la calle."
"""


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[[category]]\nslug = "nothing"\n', ":2: slug 'nothing' is not in categories.csv"),
        ('[[category]]\nslug = "pothole"\nnearby_m = 900\n', ":3: nearby_m 900 lies outside"),
        ('[[category]]\nslug = "pothole"\ncomment = true\n', ":3: 'comment' is unknown here"),
        ('[[category]]\nslug = "pothole"\ncomments = "yes"\n', ":3: comments is neither true nor false"),
        ('[[category]]\nslug = "pothole"\n[category.help.en]\nsafe = "Stay."\n', "help is missing in es"),
        (
            GOOD.replace("https://friends.example.org", "javascript:alert(1)"),
            "does not begin with https://",
        ),
        ('[[category]]\nslug = "pothole"\n[[category]]\nslug = "pothole"\n', "stands here twice"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, expected: str) -> None:
    folder = make_tiny_pack(tmp_path)
    (folder / "category_details.toml").write_text(text, encoding="utf-8")
    assert any(expected in problem for problem in problems_of(folder)), problems_of(folder)


@pytest.mark.django_db
def test_details_reach_the_category_and_leave_it_again(tmp_path: Path) -> None:
    folder = make_tiny_pack(tmp_path)
    (folder / "category_details.toml").write_text(GOOD, encoding="utf-8")
    load_pack(folder, city_slug=SLUG)
    category = Category.objects.get(slug="pothole")
    assert (category.radius_m, category.comments_allowed) == (25, True)
    assert category.self_help_in("es")["safe"] == "No entre en la calle."
    assert category.self_help_in("fr")["groups"][0]["name"] == "Friends of the Street"
    (folder / "category_details.toml").unlink()
    load_pack(folder, city_slug=SLUG)
    category.refresh_from_db()
    assert (category.radius_m, category.comments_allowed, category.self_help_in("en")) == (60, False, {})


@pytest.mark.parametrize("name", sorted(bundled_packs()))
def test_bundled_packs_help_in_every_language(name: str) -> None:
    pack = read_pack(bundled_packs()[name], with_places=False)
    helped = [detail for detail in pack.details if detail.help]
    assert helped
    assert all(set(detail.help) == set(pack.city.languages) for detail in helped)

"""desk.toml and articles.toml: read with problems by line, loaded, and never over what staff wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from departments.articles import ArticleDraft, transfers, write_article
from departments.loading.load import load_pack
from departments.models import Article, Category, TransferContact
from departments.packs import PackError, bundled_packs, read_pack
from tests import makers
from tests.departments.tiny_pack import SLUG, make_tiny_pack

DESK = """
[[script]]
categories = ["pothole"]
[script.en]
ask = "How deep?"
say = "We come."
[script.es]
ask = "¿Qué tan hondo?"
say = "Vamos."

[[transfer]]
slug = "court"
name = "Court"
phone = "410-555-0123"
"""
ARTICLES = """
[[article]]
slug = "snow"
topic = "Roads"
category = "pothole"
public = true
valid_until = 2027-03-31
[[article.referrals]]
name = "211"
phone = "211"
[article.en]
title = "Snow"
body = "Main roads first."
[article.es]
title = "Nieve"
body = "Primero las principales."
"""


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


def pack_with(tmp_path: Path, desk: str = DESK, articles: str = ARTICLES) -> Path:
    folder = make_tiny_pack(tmp_path)
    (folder / "desk.toml").write_text(desk)
    (folder / "articles.toml").write_text(articles)
    return folder


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'categories = ["pothole"]',
            'categories = ["nothing"]',
            "categories 'nothing' is not in categories.csv",
        ),
        ('say = "Vamos."', "", "say is missing in es"),
        ('say = "We come."', 'say = "We come!"', "no exclamation marks"),
        (
            'phone = "410-555-0123"',
            'phone = "1"\ncalendar = "moon"',
            "calendar 'moon' is not in calendars.toml",
        ),
        ('slug = "court"', 'slug = "Court"', "is not a slug"),
    ],
)
def test_mistakes_of_the_desk_are_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    folder = pack_with(tmp_path, desk=DESK.replace(old, new))
    assert [problem for problem in problems_of(folder) if "desk.toml:" in problem and expected in problem]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('category = "pothole"', 'category = "nothing"', "category 'nothing' is not in categories.csv"),
        ('slug = "snow"', 'slug = "new"', "address of the form"),
        ('title = "Nieve"', "", "title is missing"),
        ("valid_until = 2027-03-31", 'valid_until = "soon"', "is not a date"),
        ('phone = "211"', 'url = "http://plain.example"', "does not begin with https://"),
        ('topic = "Roads"', 'topic = "Roads"\nflavor = "mint"', "'flavor' is unknown"),
    ],
)
def test_mistakes_of_articles_are_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    folder = pack_with(tmp_path, articles=ARTICLES.replace(old, new))
    assert [problem for problem in problems_of(folder) if "articles.toml:" in problem and expected in problem]


@pytest.mark.django_db
def test_staff_words_outlive_the_pack(tmp_path: Path) -> None:
    folder = pack_with(tmp_path)
    load_pack(folder, city_slug=SLUG)
    row = Article.objects.get()
    assert (row.title, row.is_public, row.translations["es"]["title"]) == ("Snow", True, "Nieve")
    assert row.referrals == [{"name": "211", "phone": "211", "url": "", "note": ""}]
    assert Category.objects.get(slug="pothole").desk_script_in("es")["ask"] == "¿Qué tan hondo?"
    assert TransferContact.objects.get().name == "Court"
    (folder / "articles.toml").write_text(ARTICLES.replace("Main roads", "Hills"))
    load_pack(folder, city_slug=SLUG)
    row.refresh_from_db()
    assert row.body == "Hills first."
    write_article(
        article_id=row.pk,
        slug="snow",
        draft=ArticleDraft(title="Ours", topic="Roads", body="Our words"),
        seen=row.updated_at,
        by=makers.staff("supervisor"),
        now=makers.NOW,
    )
    (folder / "articles.toml").write_text(ARTICLES)
    load_pack(folder, city_slug=SLUG)
    row.refresh_from_db()
    assert row.body == "Our words"
    (folder / "articles.toml").unlink()
    (folder / "desk.toml").unlink()
    load_pack(folder, city_slug=SLUG)
    row.refresh_from_db()
    assert row.is_active, "what staff wrote stays"
    assert not TransferContact.objects.get().is_active


@pytest.mark.parametrize("name", sorted(bundled_packs()))
def test_the_packs_know_enough(name: str) -> None:
    pack = read_pack(bundled_packs()[name], with_places=False)
    assert len([item for item in pack.desk.articles if item.public]) >= 8
    assert len(pack.desk.transfers) >= 6
    scripted = {slug for script in pack.desk.scripts for slug in script.categories}
    assert {"pothole", "missed-trash", "water-leak"} <= scripted


@pytest.mark.django_db
def test_the_directory_says_who_answers_now(city: makers.SmallCity) -> None:
    office = city.streets.calendar
    TransferContact.objects.create(slug="office", name="Office", phone="1", calendar=office, position=1)
    TransferContact.objects.create(slug="crisis", name="Crisis line", phone="988", position=2)
    noon, night = makers.NOW.replace(hour=12), makers.NOW.replace(hour=20)
    assert [(entry.contact.slug, entry.is_open) for entry in transfers(noon)] == [
        ("office", True),
        ("crisis", True),
    ]
    by_night = transfers(night)
    assert [(entry.contact.slug, entry.is_open) for entry in by_night] == [
        ("crisis", True),
        ("office", False),
    ]
    opens = by_night[1].opens
    assert opens is not None
    assert (opens.day, opens.hour) == (makers.NOW.day + 1, 8)

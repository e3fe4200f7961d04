"""Typing errors in names of places: what was meant is found, and offered as a guess, never taken silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from departments.places import search
from departments.spelling import Vocabulary
from requests_app.resident import finder

WORDS = Vocabulary(
    {"HOLLIDAY": 20, "HOLIDAY": 1, "GREENMOUNT": 5, "PRATT": 9, "PARK": 3, "LIGHT": 4, "STREET": 50}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("HOLLIDAI", "HOLLIDAY"),
        ("HOLLDIAY", "HOLLIDAY"),
        ("GRENMONT", "GREENMOUNT"),
        ("PRAT", "PRATT"),
        ("LIGTH", "LIGHT"),
        ("HOLIDAY", "HOLIDAY"),
        ("PRK", "PRK"),
        ("XYLOPHONE", "XYLOPHONE"),
        ("4000", "4000"),
        ("PRATX1", "PRATX1"),
        ("", ""),
    ],
)
def test_the_word_that_was_meant(typed: str, meant: str) -> None:
    assert WORDS.correct(typed) == meant


def test_an_unfinished_word_stands_for_the_beginning_of_a_longer_one() -> None:
    assert WORDS.correct("GRENMO", unfinished=True) == "GREENMOUNT"
    assert WORDS.correct("GREENM", unfinished=True) == "GREENM"
    assert WORDS.correct("GRENMO") == "GRENMO"


@given(st.text(max_size=30))
def test_any_text_gives_a_word(text: str) -> None:
    assert isinstance(WORDS.correct(text.upper(), unfinished=True), str)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("100 hollidy street", "100 Holliday Street"),
        ("100 holiday", "100 Holliday Street"),
        ("holliday st 100", "100 Holliday Street"),
        ("100 blk holliday st", "100 Holliday Street"),
        ("100-198 block of Holliday Street", "100 Holliday Street"),
        ("hollidai & fayete", "Holliday Street & E Fayette Street"),
        ("calle holliday", "Holliday Street"),
        ("la esquina de holliday y fayette", "Holliday Street & E Fayette Street"),
        ("cerca de 100 holliday", "100 Holliday Street"),
        ("chestrfield road", "Chesterfield Road"),
        ("holliday & chesterfield", "Holliday Street"),
        ("tiny prak", "Tiny Park"),
        ("I-83", "I 83 N"),
    ],
)
def test_what_was_meant_is_found(tiny_city: Path, text: str, label: str) -> None:
    assert search(text)[0].label == label


@pytest.mark.django_db
def test_a_guess_is_offered_and_never_taken(tiny_city: Path) -> None:
    assert finder.find("100 holliday st", None, None).latitude is not None
    guess = finder.find("100 hollidy st", None, None)
    assert guess.latitude is None
    assert guess.choices[0].label == "100 Holliday Street"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["behind the bus stop", "zzzzzzzzzz", "''''", "& &", "100 & & 200", "٣٤٥ شارع"]
)
def test_words_that_are_no_place(tiny_city: Path, client: Client, text: str) -> None:
    assert client.get("/places/suggest/", {"q": text}).json() == []


@pytest.mark.django_db
def test_guessing_reads_the_words_of_the_city_once(
    tiny_city: Path, django_assert_max_num_queries: Any
) -> None:
    search("hollidy & fayete")
    with django_assert_max_num_queries(6):
        search("hollidy & fayete")

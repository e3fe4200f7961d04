"""Phrases: whole words, any case, across line breaks; nothing that blows up."""

from __future__ import annotations

import time

import pytest

from requests_app.actions.hiding import Phrases


@pytest.mark.parametrize(
    ("phrases", "text", "hidden"),
    [
        ("Ann", "ann from Annapolis, ANN", "▮▮▮ from Annapolis, ▮▮▮"),
        ("Main St 5", "at main\n st   5.", "at ▮▮▮."),
        ("Ann Lee\nAnn", "Ann Lee and Ann", "▮▮▮ and ▮▮▮"),
        ("(a+)+$", "see (a+)+$ here", "see ▮▮▮ here"),
        ("José", "JOSÉ y José", "▮▮▮ y ▮▮▮"),
        ("nothing", "as it was", "as it was"),
    ],
)
def test_phrases(phrases: str, text: str, hidden: str) -> None:
    assert Phrases.of(phrases).hide(text) == hidden


def test_unfit_phrases() -> None:
    assert Phrases.of("a\nbb\n▮▮▮\n" + "c" * 301).unfit == ("c" * 301, "▮▮▮", "a")
    assert not Phrases.of("").are_few
    assert not Phrases.of("\n".join(f"word {n}" for n in range(51))).are_few


def test_hostile_text_takes_no_time() -> None:
    phrases = Phrases.of("\n".join(f"{'a ' * 100}{n}" for n in range(50)))
    text = "a " * 25_000
    began = time.process_time()
    phrases.hide(text)
    assert time.process_time() - began < 5

"""Plain words, typing errors and Spanish find the right category first in Baltimore."""

from __future__ import annotations

import time
from typing import Any

import pytest

from requests_app.queries.front import offered_categories
from requests_app.resident.search import best_categories
from tests.requests_app.resident.categories.phrases import BALTIMORE

pytestmark = pytest.mark.django_db


def first(text: str) -> str:
    found = best_categories(text, offered_categories(), 3)
    return found[0].slug if found else ""


@pytest.mark.usefixtures("baltimore")
@pytest.mark.parametrize(("text", "slug"), BALTIMORE)
def test_baltimore(text: str, slug: str) -> None:
    assert first(text) == slug


def test_a_long_text_takes_bounded_time(baltimore: None) -> None:
    offered = offered_categories()
    text = " ".join(
        f"wrod{chr(97 + number % 26)}{chr(97 + number // 26 % 26)} pothole" for number in range(5_000)
    )
    best_categories("warm up", offered)
    started = time.perf_counter()
    found = best_categories(text, offered, 3)
    assert time.perf_counter() - started < 1.0
    assert found[0].slug == "pothole"


def test_one_statement_for_any_text(baltimore: None, django_assert_num_queries: Any) -> None:
    offered = offered_categories()
    best_categories("warm up", offered)
    for text in ("pothole", "streetlihgt brokn " * 200):
        with django_assert_num_queries(1):
            best_categories(text, offered)

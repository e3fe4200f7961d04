"""Plain words, typing errors and Spanish find the right category first."""

from __future__ import annotations

import pytest

from requests_app.queries.front import offered_categories
from requests_app.resident.search import best_categories
from tests.requests_app.resident.categories.phrases import ANNE_ARUNDEL, BALTIMORE

pytestmark = pytest.mark.django_db


def first(text: str) -> str:
    found = best_categories(text, offered_categories(), 3)
    return found[0].slug if found else ""


@pytest.mark.usefixtures("baltimore")
@pytest.mark.parametrize(("text", "slug"), BALTIMORE)
def test_baltimore(text: str, slug: str) -> None:
    assert first(text) == slug


@pytest.mark.usefixtures("anne_arundel")
@pytest.mark.parametrize(("text", "slug"), ANNE_ARUNDEL)
def test_anne_arundel(text: str, slug: str) -> None:
    assert first(text) == slug

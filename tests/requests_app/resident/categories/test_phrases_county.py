"""Plain words, typing errors and Spanish find the right category first in Anne Arundel County."""

from __future__ import annotations

import pytest

from requests_app.queries.front import offered_categories
from requests_app.resident.search import best_categories
from tests.requests_app.resident.categories.phrases import ANNE_ARUNDEL

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("anne_arundel")
@pytest.mark.parametrize(("text", "slug"), ANNE_ARUNDEL)
def test_anne_arundel(text: str, slug: str) -> None:
    assert [category.slug for category in best_categories(text, offered_categories(), 3)][:1] == [slug]

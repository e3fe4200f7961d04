"""What the database holds about calls and articles: one test for each rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from departments.models import Article, ArticleFeedback, StaffUser
from requests_app.models import Call
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


def call(operator: StaffUser, **columns: Any) -> Call:
    values: dict[str, Any] = {"key": "k", "outcome": "information", "started_at": NOW, "ended_at": NOW}
    return Call.objects.create(operator=operator, **values | columns)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("call_ends_after_it_begins", {"ended_at": NOW - dt.timedelta(seconds=1)}),
        ("call_about_a_request_names_it", {"outcome": "report"}),
        ("call_about_a_request_names_it", {"outcome": "bump"}),
        ("call_follow_up_by_somebody", {"outcome": "follow_up"}),
        ("call_follow_up_by_somebody", {"followed_up_at": NOW}),
    ],
)
def test_calls(dispatcher: StaffUser, rule: str, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        call(dispatcher, **columns)


def test_a_key_is_one_call(dispatcher: StaffUser) -> None:
    call(dispatcher)
    with pytest.raises(IntegrityError), transaction.atomic():
        call(dispatcher)


def test_article_feedback_once_a_day(city: makers.SmallCity) -> None:
    article = Article.objects.create(slug="a", title="A", topic="T", body="B", updated_at=NOW)
    said = {"article": article, "helped": True, "voter": "v"}
    ArticleFeedback.objects.create(**said, given_on=NOW.date())
    ArticleFeedback.objects.create(**said, given_on=NOW.date() + dt.timedelta(days=1))
    with pytest.raises(IntegrityError, match="article_feedback_once_a_day"), transaction.atomic():
        ArticleFeedback.objects.create(**said, given_on=NOW.date())

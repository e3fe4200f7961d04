"""The facts of a whole invented history agree with a plain walk through its events."""

from __future__ import annotations

import datetime as dt

import pytest

from departments.models import City
from departments.packs import read_pack
from requests_app.actions.facts import refresh_facts, wrong_facts
from requests_app.history.maker import HistoryMaker
from tests.requests_app.actions.plain_facts import assert_facts_are_right
from tests.requests_app.actions.test_facts import stored_sums, sums_by_hand

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_facts_of_an_invented_history(baltimore: None) -> None:
    until = dt.datetime(2026, 3, 31, 18, tzinfo=dt.UTC)
    HistoryMaker(read_pack(City.current().pack_path), seed=4, until=until, album=None).write(
        400, lambda done, total: None
    )
    refresh_facts()
    assert assert_facts_are_right() >= 400
    assert stored_sums() == sums_by_hand()
    assert wrong_facts() == 0

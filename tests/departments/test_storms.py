"""Storms: declared for now or later, never for the past; what they do to promises."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from civic311.lib.cached import forget_all
from departments.calendars import due_for
from departments.declaring import Declaration, StormRefused, declare_storm, end_storm
from departments.kinds import SlaUnit
from departments.models import StaffUser, Storm
from departments.models.storm import StormPolicy
from departments.storms import storm_at, storms_between
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
DAY = dt.timedelta(days=1)


@pytest.fixture
def supervisor(city: makers.SmallCity) -> StaffUser:
    return makers.staff("supervisor", city.streets)


def storm(by: StaffUser, **changes: object) -> Storm:
    values: dict[str, object] = {
        "name": "Snow",
        "banner": "Heavy snow.",
        "starts_at": None,
        "ends_at": NOW + 2 * DAY,
    }
    made = declare_storm(declaration=Declaration(**(values | changes)), by=by, now=NOW)  # type: ignore[arg-type]
    forget_all()
    return made


def due(at: dt.datetime) -> dt.datetime | None:
    return due_for(created_at=at, sla_amount=5, sla_unit=SlaUnit.CALENDAR_DAYS, calendar_id=None)


def test_it_begins_now_and_ends_by_itself(supervisor: StaffUser) -> None:
    made = storm(supervisor)
    assert made.starts_at == NOW
    assert [storm_at(NOW + hours) is not None for hours in (-DAY, 0 * DAY, DAY, 2 * DAY)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_at": NOW - dt.timedelta(seconds=1)}, "past"),
        ({"starts_at": NOW + 3 * DAY}, "after the start"),
        ({"ends_at": NOW + 40 * DAY}, "31 days"),
    ],
)
def test_impossible_times_are_refused(supervisor: StaffUser, changes: dict[str, object], words: str) -> None:
    with pytest.raises(StormRefused, match=words):
        storm(supervisor, **changes)
    assert not Storm.objects.exists()


def test_two_at_once_are_refused_one_after_the_other_is_not(supervisor: StaffUser) -> None:
    storm(supervisor)
    with pytest.raises(StormRefused, match="Another storm"):
        storm(supervisor, starts_at=NOW + DAY, ends_at=NOW + 3 * DAY)
    storm(supervisor, starts_at=NOW + 2 * DAY, ends_at=NOW + 3 * DAY)
    assert len(storms_between(NOW, NOW + 5 * DAY)) == 2


def test_promises_stay_are_later_or_are_none(supervisor: StaffUser) -> None:
    usual = due(NOW)
    assert usual is not None
    for policy, extra, expected in (
        (StormPolicy.KEEP, None, usual),
        (StormPolicy.EXTEND, 3, usual + 3 * DAY),
        (StormPolicy.SUSPEND, None, None),
    ):
        made = storm(supervisor, policy=policy, extra_days=extra)
        assert due(NOW + dt.timedelta(seconds=1)) is None or policy != StormPolicy.SUSPEND
        got = due(NOW)
        # the clocks change on the way: the same time of the day is meant
        assert (got is None) == (expected is None)
        if got is not None and expected is not None:
            assert abs(got - expected) <= dt.timedelta(hours=1)
        assert due(NOW - DAY) is not None
        made.delete()
        forget_all()


def test_it_can_be_ended_and_one_to_come_is_taken_back(supervisor: StaffUser) -> None:
    made = storm(supervisor)
    end_storm(storm_id=made.pk, by=supervisor, now=NOW + DAY)
    forget_all()
    assert storm_at(NOW + DAY) is None
    assert storm_at(NOW + DAY - dt.timedelta(seconds=1)) is not None
    with pytest.raises(StormRefused, match="over already"):
        end_storm(storm_id=made.pk, by=supervisor, now=NOW + DAY)
    later = storm(supervisor, starts_at=NOW + 3 * DAY, ends_at=NOW + 4 * DAY)
    end_storm(storm_id=later.pk, by=supervisor, now=NOW + DAY)
    assert not Storm.objects.filter(pk=later.pk).exists()


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("storm_not_in_the_past", {"declared_at": NOW + DAY}),
        ("storm_ends_after_it_begins", {"ends_at": NOW}),
        ("storm_ended_by_somebody_in_time", {"ended_at": NOW + DAY}),
        ("storm_extension_has_days", {"policy": StormPolicy.EXTEND}),
    ],
)
def test_the_database_refuses(supervisor: StaffUser, rule: str, values: dict[str, object]) -> None:
    row = {
        "name": "Snow",
        "banner": "Snow",
        "starts_at": NOW,
        "ends_at": NOW + DAY,
        "declared_at": NOW,
        "declared_by": supervisor,
    }
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Storm.objects.create(**(row | values))


def test_the_database_refuses_two_at_once(supervisor: StaffUser) -> None:
    row = {
        "name": "Snow",
        "banner": "Snow",
        "starts_at": NOW,
        "ends_at": NOW + DAY,
        "declared_at": NOW,
        "declared_by": supervisor,
    }
    Storm.objects.create(**row)
    with pytest.raises(IntegrityError, match="storm_one_at_a_time"), transaction.atomic():
        Storm.objects.create(**(row | {"starts_at": NOW + DAY / 2, "ends_at": NOW + 2 * DAY}))

"""Expected times: the curve of requests at risk during twelve weeks, against lifelines, and its fall-backs."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from lifelines import KaplanMeierFitter

from requests_app.actions.estimates import WINDOW, compute_estimates
from requests_app.models import ExpectedTime, ServiceRequest
from requests_app.queries.expected import expected_time
from requests_app.workflow import Outcome, Population, Status
from tests import makers
from tests.makers import NOW, SmallCity

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def city() -> SmallCity:
    return makers.small_city()


def lived(
    city: SmallCity,
    ages_h: list[tuple[float, float | None]],
    *,
    outcome: Outcome = Outcome.FIXED,
    population: Population = Population.RESIDENT,
    area: object | None = None,
) -> None:
    """Potholes reported so many hours before NOW, closed so many hours after that (None: open)."""
    rows = []
    for number, (before_h, took_h) in enumerate(ages_h, start=ServiceRequest.objects.count()):
        created = NOW - before_h * HOUR
        closed = created + took_h * HOUR if took_h is not None else None
        rows.append(
            ServiceRequest(
                number=f"26-{number:06d}",
                token_hash=f"{number:064d}",
                category=city.pothole,
                department=city.streets,
                population=population,
                status=Status.CLOSED if closed else Status.OPEN,
                outcome=outcome if closed else "",
                created_at=created,
                closed_at=closed,
                updated_at=created,
            )
        )
    made = ServiceRequest.objects.bulk_create(rows)
    if area is not None:
        through = ServiceRequest.areas.through
        through.objects.bulk_create(through(servicerequest_id=row.pk, area_id=area.pk) for row in made)  # type: ignore[attr-defined]


def test_median_and_p90_are_those_of_lifelines_with_delayed_entry(city: SmallCity) -> None:
    rng = random.Random(311)
    window_h = WINDOW / HOUR
    lives = []
    for _ in range(300):
        before = rng.uniform(1, 2 * window_h)
        took = rng.expovariate(1 / 400)
        if before - took > window_h:
            continue  # closed before the window: not at risk in it
        lives.append((before, took if took < before else None))
    lived(city, lives)
    compute_estimates(now=NOW)
    fitted = KaplanMeierFitter().fit(
        [took if took is not None else before for before, took in lives],
        [took is not None for _, took in lives],
        entry=[max(0.0, before - window_h) for before, _ in lives],
    )
    row = ExpectedTime.objects.get(category=city.pothole, area=None)
    assert row.median_hours == pytest.approx(fitted.percentile(0.5))
    assert row.p90_hours == pytest.approx(fitted.percentile(0.1))
    assert row.closings == sum(took is not None for _, took in lives)


def test_open_requests_count_so_that_leaving_hard_ones_open_does_not_look_fast(city: SmallCity) -> None:
    lived(city, [(500, 24)] * 30)
    compute_estimates(now=NOW)
    before = expected_time(category_id=city.pothole.pk)
    lived(city, [(500, None)] * 60)
    compute_estimates(now=NOW)
    after = expected_time(category_id=city.pothole.pk)
    assert before.median_days == 1
    assert after.is_early
    assert "cannot say" in after.sentence


def test_too_few_closings_fall_back_from_area_to_category_to_department(city: SmallCity) -> None:
    district = city.district_1.pk
    lived(city, [(300, 24)] * 29, area=city.district_1)
    compute_estimates(now=NOW)
    assert expected_time(category_id=city.pothole.pk, area_ids=[district]).is_early
    lived(city, [(300, 72)] * 10)
    compute_estimates(now=NOW)
    assert expected_time(category_id=city.pothole.pk, area_ids=[district]).basis == "category"
    lived(city, [(300, 24)], area=city.district_1)
    compute_estimates(now=NOW)
    near = expected_time(category_id=city.pothole.pk, area_ids=[district])
    assert (near.basis, near.median_days, near.p90_days) == ("area", 1, 1)
    other = expected_time(category_id=city.rats.pk, department_id=city.streets.pk)
    assert other.basis == "department"


@pytest.mark.parametrize("outcome", [Outcome.SPAM, Outcome.DUPLICATE, Outcome.WITHDRAWN])
def test_what_was_not_worked_on_is_left_out(city: SmallCity, outcome: Outcome) -> None:
    lived(city, [(300, 1)] * 40, outcome=outcome)
    assert compute_estimates(now=NOW) == 0


def test_work_found_by_staff_is_left_out(city: SmallCity) -> None:
    lived(city, [(300, 1)] * 40, population=Population.STAFF_FOUND)
    assert compute_estimates(now=NOW) == 0


def test_computing_again_replaces_what_is_gone(city: SmallCity) -> None:
    lived(city, [(300, 24)] * 40)
    first = compute_estimates(now=NOW)
    assert first == 2
    assert compute_estimates(now=NOW) == 2
    assert compute_estimates(now=NOW + dt.timedelta(weeks=40)) == 0
    assert ExpectedTime.objects.count() == 0


def test_ahead_are_open_requests_of_the_kind_that_came_before(city: SmallCity) -> None:
    lived(city, [(10, None), (20, None), (30, 5), (1, None)])
    found = expected_time(category_id=city.pothole.pk, department_id=city.streets.pk, before=NOW - 5 * HOUR)
    assert found.ahead == 2
    assert found.queue_sentence == "2 are ahead of this one."
    elsewhere = expected_time(category_id=city.pothole.pk, department_id=city.waste.pk, before=NOW)
    assert elsewhere.queue_sentence == "None is ahead of this one."


def test_interval_is_said_in_words(city: SmallCity) -> None:
    lived(city, [(600, 4 * 24.0)] * 20 + [(600, 12 * 24.0)] * 16)
    compute_estimates(now=NOW)
    found = expected_time(category_id=city.pothole.pk)
    assert found.sentence == "Half of reports like this are done in 4 days, 9 of 10 in 12."
    assert found.as_data() == {
        "median_days": 4,
        "p90_days": 12,
        "ahead": None,
        "basis": "category",
        "closings": 36,
    }


def test_curve_that_has_not_come_down_says_the_half_only(city: SmallCity) -> None:
    lived(city, [(600, 48.0)] * 40 + [(600, None)] * 20)
    compute_estimates(now=NOW)
    found = expected_time(category_id=city.pothole.pk)
    assert (found.median_days, found.p90_days) == (2, None)
    assert "too early" in found.sentence

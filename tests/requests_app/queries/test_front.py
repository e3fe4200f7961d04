"""What the front page says of the city's work agrees with what counts as solved everywhere else."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from civic311.lib import clock
from civic311.lib.cached import forget_all
from departments.models import Category, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from requests_app.models import ExpectedTime, ServiceRequest
from requests_app.queries import front
from requests_app.queries.performance import open_now, quarters_before
from requests_app.workflow import Outcome, Population
from tests import makers

pytestmark = pytest.mark.django_db


def test_solved_follows_the_kind_of_the_category(
    city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    now = clock.now()
    endings = [
        (city.pothole, dispatcher, Outcome.FIXED),
        (city.pothole, dispatcher, Outcome.NOT_FOUND),
        (city.rats, other_dispatcher, Outcome.VIOLATION_FOUND),
        (city.rats, other_dispatcher, Outcome.RESOLVED_BY_OTHERS),
        (city.question, other_dispatcher, Outcome.INFORMATION_GIVEN),
    ]
    for category, person, outcome in endings:
        made = makers.submitted(category, now=now).request
        actions.close(
            request_id=made.pk,
            version=None,
            outcome=outcome,
            public_answer="Done.",
            by=Actor.staff(person),
            now=now,
        )
    figures = front.home_figures()
    # The answered question is of a category that is not shown online.
    assert (figures.open_now, figures.closed, figures.solved) == (0, 4, 2)


def test_what_staff_found_is_no_residents_report_and_both_pages_say_the_same(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    for category in (city.pothole, city.rats, city.question):
        makers.submitted(category)
    found = [
        makers.submitted(city.pothole, population=Population.STAFF_FOUND.value).request for _ in range(2)
    ]
    actions.close(
        request_id=found[1].pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Done.",
        by=Actor.staff(dispatcher),
        now=clock.now(),
    )
    figures = front.home_figures()
    assert (figures.open_now, figures.closed) == (2, 0)
    assert open_now() == 2
    assert "2 reports are open now." in client.get("/").content.decode()


def closed(
    category: Category, person: StaffUser, outcome: Outcome, *, now: dt.datetime | None = None
) -> ServiceRequest:
    """A report that ended this way, just now unless said otherwise."""
    at = now or clock.now()
    made = makers.submitted(category, now=at).request
    actions.close(
        request_id=made.pk,
        version=None,
        outcome=outcome,
        public_answer="Done.",
        by=Actor.staff(person),
        now=at,
    )
    return ServiceRequest.objects.get(pk=made.pk)


def test_recent_work_is_shown_however_it_ended(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    now = clock.now()
    numbers = {}
    for minute, outcome in enumerate((Outcome.FIXED, Outcome.DECLINED, Outcome.SPAM, Outcome.NOT_FOUND)):
        row = closed(city.pothole, dispatcher, outcome, now=now + dt.timedelta(minutes=minute))
        numbers[outcome] = row.number
    rows = front.recently_closed(6)
    assert [(row.number, row.solved) for row in rows] == [
        (numbers[Outcome.NOT_FOUND], False),
        (numbers[Outcome.DECLINED], False),
        (numbers[Outcome.FIXED], True),
    ]
    with translation.override("es"):
        assert front.recently_closed(1)[0].outcome_label == "No se encontró"


def test_one_problem_of_many_reporters_is_one_line(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    now = clock.now()
    lead = closed(city.pothole, dispatcher, Outcome.FIXED, now=now)
    other = closed(city.pothole, dispatcher, Outcome.FIXED, now=now)
    ServiceRequest.objects.filter(pk=other.pk).update(lead=lead)
    assert [row.number for row in front.recently_closed(6)] == [lead.number]


def test_home_costs_the_same_at_three_and_thirty_reports(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    counts = []
    for many in (3, 27):
        for _ in range(many):
            closed(city.pothole, dispatcher, Outcome.FIXED)
        forget_all()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def last_quarter() -> dt.datetime:
    """An instant in the middle of the last whole quarter."""
    start, _after = quarters_before(clock.now().date())[0]
    return dt.datetime.combine(start + dt.timedelta(days=40), dt.time(12), dt.UTC)


def test_share_of_residents_who_say_it_is_solved(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    now = last_quarter()
    for number in range(10):
        row = closed(city.pothole, dispatcher, Outcome.FIXED, now=now)
        if number < 7:
            actions.confirm(request_id=row.pk, by=Actor.reporter(), now=now)
        else:
            actions.reopen(
                request_id=row.pk,
                version=None,
                reason="It is still there",
                by=Actor.reporter(),
                now=now,
            )
    refresh_facts()
    figures = front.home_figures()
    assert (figures.answers, figures.confirmed, figures.confirmed_of_ten) == (10, 7, 7)


def test_too_few_answers_and_dates_say_nothing(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    closed(city.pothole, dispatcher, Outcome.FIXED)
    figures = front.home_figures()
    assert (figures.confirmed_of_ten, figures.on_time_percent) == (None, None)
    assert front.usual_time() is None


def test_on_time_wants_a_solution_and_the_first_date(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    for outcome in [Outcome.FIXED] * 6 + [Outcome.NOT_FOUND] * 4:
        made = makers.submitted(city.pothole, now=last_quarter()).request
        actions.close(
            request_id=made.pk,
            version=None,
            outcome=outcome,
            public_answer="Done.",
            by=Actor.staff(dispatcher),
            now=last_quarter() + dt.timedelta(days=1),
        )
    refresh_facts()
    figures = front.home_figures()
    assert (figures.due, figures.on_time, figures.on_time_percent) == (10, 6, 60)


def test_usual_time_of_what_is_often_reported(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole)
    ExpectedTime.objects.create(
        category=city.pothole, median_hours=90.0, p90_hours=200.0, closings=50, computed_at=clock.now()
    )
    usual = front.usual_time()
    assert usual is not None
    assert (usual.category, usual.days) == (city.pothole, 4)

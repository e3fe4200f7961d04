"""What the front page says of the city's work agrees with what counts as solved everywhere else."""

import pytest

from civic311.lib import clock
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.queries import front
from requests_app.workflow import Outcome
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
    assert (figures.open_now, figures.closed, figures.solved) == (0, 5, 3)

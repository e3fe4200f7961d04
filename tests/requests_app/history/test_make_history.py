"""The invented history repeats itself, and its requests and events agree."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from departments.models import City
from departments.packs import read_pack
from requests_app.history.maker import HistoryMaker
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import Outcome, Population, Status

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
UNTIL = dt.datetime(2026, 3, 31, 18, tzinfo=dt.UTC)
BALTIMORE = Path(settings.BASE_DIR) / "departments" / "city_packs" / "baltimore"


def written(requests: int, seed: int) -> list[tuple[Any, ...]]:
    """Write a history and return what it says, without what a sequence gave."""
    maker = HistoryMaker(read_pack(City.current().pack_path), seed=seed, until=UNTIL, album=None)
    maker.write(requests, lambda done, total: None)
    columns = (
        "created_at",
        "category__slug",
        "address",
        "description",
        "status",
        "outcome",
        "closed_at",
        "channel",
    )
    return list(ServiceRequest.objects.order_by("id").values_list(*columns))


def test_same_seed_same_history(baltimore: None) -> None:
    with transaction.atomic():
        first = written(300, seed=1)
        transaction.set_rollback(True)
    with transaction.atomic():
        again = written(300, seed=1)
        transaction.set_rollback(True)
    with transaction.atomic():
        other = written(300, seed=2)
        transaction.set_rollback(True)
    assert len(first) == 300
    assert first == again
    assert first != other


def test_events_and_requests_agree(baltimore: None) -> None:
    written(600, seed=3)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for request in ServiceRequest.objects.prefetch_related("events"):
        events = sorted(request.events.all(), key=lambda event: event.pk)
        replay(request, events)


def replay(request: ServiceRequest, events: list[RequestEvent]) -> None:
    """The columns of a request are what its events say."""
    status, closed_at, outcome, reopened = "", None, "", 0
    for before, event in zip([None, *events], events, strict=False):
        assert event.from_status == status
        assert before is None or before.occurred_at <= event.occurred_at <= UNTIL
        if event.to_status == Status.CLOSED and status != Status.CLOSED:
            closed_at, outcome = event.occurred_at, event.data["outcome"]
        if status == Status.CLOSED and event.to_status != Status.CLOSED:
            closed_at, outcome, reopened = None, "", reopened + 1
        status = event.to_status
    assert (request.status, request.closed_at, request.outcome) == (status, closed_at, outcome)
    assert request.reopened_count == reopened
    assert request.created_at == events[0].occurred_at
    assert request.updated_at == events[-1].occurred_at
    assert events[-1].department_id == request.department_id


def test_history_is_believable(baltimore: None) -> None:
    written(1_500, seed=4)
    rows = ServiceRequest.objects.all()
    closed = rows.filter(status=Status.CLOSED).count()
    assert 0.85 < closed / 1_500 < 0.995
    assert 0.05 < rows.filter(population=Population.STAFF_FOUND).count() / 1_500 < 0.6
    assert rows.filter(outcome=Outcome.NOT_RECORDED).count() == 0
    assert rows.filter(reopened_count__gt=0).exists()
    assert rows.filter(review_asked_at__isnull=False).exists()
    assert RequestEvent.objects.filter(kind="request.confirmed").count() > 150
    assert rows.exclude(description="").count() > 1_400
    assert rows.filter(areas__isnull=True).count() == 0
    assert rows.order_by("created_at").first().created_at < UNTIL - dt.timedelta(days=600)


def test_history_refuses_a_city_with_requests(baltimore: None) -> None:
    written(5, seed=1)
    with pytest.raises(CommandError, match="already"):
        call_command("make_history", requests=5, without_photos=True)

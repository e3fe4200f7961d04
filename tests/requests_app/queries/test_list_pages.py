"""The queue's counters and pages give what the plain lists give, whoever reads them and however the rows lie."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.kinds import AreaKind
from departments.models import Partner, StaffUser
from departments.roles import Role
from requests_app.models import ServiceRequest, Task
from requests_app.queries import list_pages
from requests_app.queries.list_pages import USUAL_ORDERS, FoundByWords, UsualList
from requests_app.queries.queue_lines import matching, ordered, queue_rows
from requests_app.queries.worklists import COUNTED, QueueView, queue, view_count, view_counts
from requests_app.workflow import Status
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
MOMENT: dict[str, Any] = {
    "now": NOW,
    "today": NOW.date(),
    "end_of_today": NOW + dt.timedelta(hours=10),
}
WORDS = ("Hydrant runs over", "Deep hole near the hydrant", "Rats", "A hole")


def readers(city: makers.SmallCity) -> list[StaffUser]:
    return [
        makers.staff(Role.DISPATCHER, city.streets),
        makers.staff(Role.SUPERVISOR, city.streets, city.waste),
        makers.staff(Role.CREW),
        makers.staff(Role.ADMINISTRATOR),
        makers.staff(Role.MANAGER, sees_all_departments=True),
        makers.staff(Role.COUNCIL_AIDE, area=city.district_1),
        makers.staff(Role.COUNCIL_AIDE),
    ]


def scene(city: makers.SmallCity, people: list[StaffUser], *, seed: int, size: int = 60) -> None:
    """Requests in every state the lists tell apart, many at the same moment; the same for the same seed."""
    chance = random.Random(seed)
    partner = Partner.objects.create(slug="state", name="State Highways")

    def maybe(value: Any, odds: float = 0.3) -> Any:
        return value if chance.random() < odds else None

    rows = []
    for number in range(size):
        status = chance.choice(Status.values)
        is_held, is_closed = status == Status.ON_HOLD, status == Status.CLOSED
        created = NOW - dt.timedelta(days=chance.randrange(4))
        rows.append(
            ServiceRequest(
                number=f"26-{900_000 + number}",
                token_hash=f"{number:064d}",
                category=city.pothole,
                description=chance.choice(WORDS),
                created_at=created,
                updated_at=created,
                status=status,
                department=chance.choice([city.streets, city.waste, None]),
                partner=partner if status == Status.WITH_PARTNER else None,
                assignee=maybe(chance.choice(people[:3])),
                outcome="fixed" if is_closed else "",
                closed_at=created + dt.timedelta(hours=chance.randrange(3)) if is_closed else None,
                hold_reason="Rain" if is_held else "",
                review_on=NOW.date() + dt.timedelta(days=chance.randrange(-1, 2)) if is_held else None,
                due_at=maybe(
                    NOW + dt.timedelta(hours=chance.choice((-30, -1, 0, 5, 20, 47, 60, 71, 90))), 0.8
                ),
                told_late_at=maybe(NOW),
                review_asked_at=maybe(NOW),
                disputed_at=maybe(NOW),
                appealed_at=maybe(NOW),
            )
        )
    made = ServiceRequest.objects.bulk_create(rows)
    lies_in = ServiceRequest.areas.through
    lies_in.objects.bulk_create(
        lies_in(servicerequest=row, area=chance.choice([city.district_1, city.district_2])) for row in made
    )
    followers = [row.pk for row in chance.sample(made[1:], size // 6)]
    ServiceRequest.objects.filter(pk__in=followers).update(lead=made[0])
    for row in chance.sample(made, size // 4):
        to: dict[str, Any] = (
            {"assignee": chance.choice(people[:3])} if chance.random() < 0.5 else {"department": city.streets}
        )
        Task.objects.create(request=row, text="Look at it", given_by=people[0], created_at=NOW, **to)


def lists(user: StaffUser) -> Iterable[tuple[QueueView, Any]]:
    return ((view, queue(user, view, **MOMENT)) for view in QueueView)


@pytest.mark.parametrize("cap", [4, 1000])
@pytest.mark.parametrize("seed", [1, 2])
def test_each_counter_counts_its_list(
    city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch, cap: int, seed: int
) -> None:
    monkeypatch.setattr("requests_app.queries.worklists.COUNT_CAP", cap)
    people = readers(city)
    scene(city, people, seed=seed)
    met: set[QueueView] = set()
    for user in people:
        counts = view_counts(user, **MOMENT)
        assert counts.newest == max(ServiceRequest.objects.values_list("pk", flat=True))
        for view, rows in lists(user):
            expected = min(len(set(rows.values_list("pk", flat=True))), cap + 1)
            assert view_count(user, view, **MOMENT) == expected, (user, view)
            if view in COUNTED:
                assert counts.by_view[view] == expected, (user, view)
            met |= {view} if expected else set()
    assert met == set(QueueView)  # the scene has something for each list


@pytest.mark.parametrize("part", [slice(0, 50), slice(0, 7), slice(7, 14), slice(50, 100)])
def test_a_page_is_what_the_whole_list_has_there(city: makers.SmallCity, part: slice) -> None:
    people = readers(city)
    scene(city, people, seed=3)
    for user in people:
        for view, rows in lists(user):
            for sort in USUAL_ORDERS:
                page = UsualList(user, view, sort, NOW, MOMENT["today"], MOMENT["end_of_today"])
                assert page[part] == list(queue_rows(ordered(rows, sort))[part]), (user, view, sort)


@pytest.mark.parametrize("hours", [12, 24, 36, 48])
def test_promises_are_asked_about_in_time_whatever_the_city_set(
    city: makers.SmallCity, settings: Any, hours: int
) -> None:
    settings.PROMISE_ASK_HOURS = hours
    user = makers.staff(Role.DISPATCHER, city.streets)
    for due in (1, hours - 1, hours + 1):
        made = makers.submitted(city.pothole).request.pk
        ServiceRequest.objects.filter(pk=made).update(due_at=NOW + dt.timedelta(hours=due))
    plain = queue(user, QueueView.PROMISES, **MOMENT).count()
    assert view_count(user, QueueView.PROMISES, **MOMENT) == plain == 2


def test_a_page_and_the_counters_are_one_statement_each(city: makers.SmallCity) -> None:
    user = readers(city)[0]
    page = UsualList(user, QueueView.OPEN, "age", NOW, MOMENT["today"], MOMENT["end_of_today"])
    for _ in range(2):  # the first time is prepared as well
        with CaptureQueriesContext(connection) as queries:
            assert page[0:50] == []
            view_counts(user, **MOMENT)
    assert [query["sql"].split()[0] for query in queries] == ["EXECUTE", "EXECUTE"]


@pytest.mark.parametrize(
    "text", ["hydrant", "hole hydrant", "rat", "nothing like it", "hole -hydrant", "the"]
)
@pytest.mark.parametrize(("recent", "cap"), [(0, 1000), (5, 1000), (5, 3), (20, 10), (1000, 3)])
def test_a_search_finds_the_same_however_many_are_looked_at_first(
    city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch, text: str, recent: int, cap: int
) -> None:
    monkeypatch.setattr("requests_app.queries.list_pages.RECENT", recent)
    monkeypatch.setattr("requests_app.queries.worklists.COUNT_CAP", cap)
    people = readers(city)
    scene(city, people, seed=4, size=40)
    list_pages._recent_since.forget()
    newest = max(ServiceRequest.objects.values_list("pk", flat=True))
    for user in people:
        rows = queue(user, QueueView.ALL, **MOMENT)
        expected = ordered(matching(rows, text), "age")
        for part in (slice(0, 3), slice(3, 6), slice(0, 50)):
            found = FoundByWords(rows, text, newest_id=newest)
            assert found.counted() == min(expected.count(), cap + 1)
            top = min(part.stop, found.counted(), cap)  # as the pages end at the cap
            assert found[part.start : top] == list(queue_rows(expected)[part.start : max(top, part.start)])


def test_a_search_in_a_large_city_is_two_statements(
    city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests_app.queries.list_pages.RECENT", 2)
    user = makers.staff(Role.DISPATCHER, city.streets)
    for _ in range(6):
        made = makers.submitted(city.pothole).request.pk
    list_pages._recent_since.forget()
    FoundByWords(ServiceRequest.objects.all(), "hole", newest_id=made).counted()
    with CaptureQueriesContext(connection) as queries:
        found = FoundByWords(queue(user, QueueView.OPEN, **MOMENT), "hole", newest_id=made)
        assert found.counted() == 6
        assert len(found[0:5]) == 5
    assert len(queries) == 2


def test_an_area_beside_the_words_narrows_too(city: makers.SmallCity) -> None:
    area = makers.area(AreaKind.NEIGHBORHOOD, "west", "West", (-76.7, 39.2, -76.6, 39.4))
    makers.submitted(city.pothole)
    made = makers.submitted(city.pothole).request
    ServiceRequest.areas.through.objects.filter(servicerequest=made, area=area).delete()
    rows = ServiceRequest.objects.filter(areas=area)
    found = FoundByWords(rows, "hole", newest_id=made.pk)
    assert found.counted() == len(found[0:50]) == 1

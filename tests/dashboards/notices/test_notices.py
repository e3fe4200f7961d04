"""Service notices: who writes them, what they refuse, who reads them where and when."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from civic311.lib.cached import forget_all
from departments.models import ServiceNotice, StaffUser
from departments.notices import current_notices
from tests import makers
from tests.forms import form_of
from tests.makers import NOW, SmallCity

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(city: SmallCity) -> StaffUser:
    return makers.staff("dispatcher", city.streets)


@pytest.fixture
def desk(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


def notice(**fields: object) -> ServiceNotice:
    """A notice in force at NOW for three days."""
    values: dict[str, object] = {
        "title": "Collection is late",
        "text": "It comes a day later.",
        "starts_at": NOW - dt.timedelta(hours=1),
        "ends_at": NOW + dt.timedelta(days=3),
        "created_at": NOW,
        "updated_at": NOW,
    }
    made = ServiceNotice.objects.create(**(values | fields))
    forget_all()
    return made


def written(desk: Client, **changes: object) -> object:
    """Fill in the real form and send it."""
    answer = desk.get("/notices/new/")
    form = form_of(answer, with_field="title")
    values: dict[str, object] = {
        "title": "Thursday collection is delayed",
        "text": "Set your cans out on Friday.",
        "starts_at": "2026-03-04T08:00",
        "ends_at": "2026-03-07T08:00",
    }
    form.fill(**(values | changes))
    return form.send(desk)


@time_machine.travel(NOW, tick=False)
def test_written_notice_is_read_where_it_concerns(desk: Client, city: SmallCity) -> None:
    answer = written(
        desk,
        areas=[str(city.district_1.pk)],
        categories=[str(city.missed_trash.pk)],
        title_es="La recolección del jueves se retrasa",
        text_es="Saque sus botes el viernes.",
    )
    assert answer.status_code == 303
    forget_all()
    inside = current_notices(category_id=city.missed_trash.pk, area_ids=[city.district_1.pk])
    assert [(view.title, view.where) for view in inside] == [("Thursday collection is delayed", "District 1")]
    assert current_notices(category_id=city.pothole.pk) == []
    assert current_notices(category_id=city.missed_trash.pk, area_ids=[city.district_2.pk]) == []
    assert len(current_notices()) == 1
    with translation.override("es"):
        assert current_notices()[0].title == "La recolección del jueves se retrasa"
    assert "Thursday collection is delayed" in desk.get("/").content.decode()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ends_at", {"ends_at": "2026-03-04T07:00"}),
        ("ends_at", {"starts_at": "2026-03-01T08:00", "ends_at": "2026-03-02T08:00"}),
        ("ends_at", {"ends_at": "2028-03-04T08:00"}),
        ("starts_at", {"starts_at": "soon"}),
        # this hour does not exist: clocks go forward
        ("starts_at", {"starts_at": "2026-03-08T02:30", "ends_at": "2026-03-09T08:00"}),
        ("title", {"title": "x" * 121}),
        ("text", {"text": "a\x00b"}),
        ("text", {"text": "x" * 1001}),
        ("text_es", {"title_es": "Retraso"}),
    ],
)
def test_mistakes_are_said_and_nothing_is_saved(desk: Client, field: str, changes: dict[str, str]) -> None:
    answer = written(desk, **changes)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not ServiceNotice.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_unknown_area_is_refused(desk: Client, city: SmallCity) -> None:
    form = form_of(desk.get("/notices/new/"), with_field="title")
    form.fill(title="T", text="T")
    form.values["areas"] = ["999999"]
    answer = form.send(desk)
    assert answer.status_code == 400
    assert not ServiceNotice.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_stale_screen_overwrites_nothing(desk: Client, city: SmallCity) -> None:
    made = notice()
    form = form_of(desk.get(f"/notices/{made.pk}/"), with_field="title")
    other = makers.staff("supervisor", city.waste, name="Sam Supervisor")
    ServiceNotice.objects.filter(pk=made.pk).update(
        title="Theirs", changed_by=other, updated_at=NOW + dt.timedelta(minutes=1)
    )
    form.fill(title="Mine")
    answer = form.send(desk)
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "Sam Supervisor" in words
    assert "Theirs" in words
    assert 'value="Mine"' in words
    assert ServiceNotice.objects.get().title == "Theirs"
    again = form_of(answer, with_field="title").send(desk)
    assert again.status_code == 303
    assert ServiceNotice.objects.get().title == "Mine"


@time_machine.travel(NOW, tick=False)
def test_withdrawn_notice_is_gone_and_stays_in_the_list(desk: Client) -> None:
    made = notice()
    assert len(current_notices()) == 1
    form = form_of(desk.get("/notices/"), action=f"/notices/{made.pk}/withdraw/")
    assert form.send(desk).status_code == 303
    forget_all()
    assert current_notices() == []
    words = desk.get("/notices/").content.decode()
    assert "withdrawn" in words
    assert desk.get(f"/notices/{made.pk}/").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_notice_begins_and_ends_by_itself(city: SmallCity) -> None:
    notice(starts_at=NOW + dt.timedelta(hours=1), ends_at=NOW + dt.timedelta(hours=2))
    seen = {}
    for minutes in (0, 59, 60, 119, 120):
        with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
            seen[minutes] = len(current_notices())
    assert seen == {0: 0, 59: 0, 60: 1, 119: 1, 120: 0}


def test_database_refuses_an_end_before_the_start(city: SmallCity) -> None:
    with pytest.raises(IntegrityError, match="notice_ends_after_start"), transaction.atomic():
        notice(ends_at=NOW - dt.timedelta(days=1))


@time_machine.travel(NOW, tick=False)
def test_list_takes_as_many_statements_for_thirty_as_for_three(
    desk: Client, city: SmallCity, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        notice().areas.set([city.district_1, city.district_2])
    desk.get("/notices/")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        desk.get("/notices/")
    for _ in range(27):
        notice().areas.set([city.district_1])
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        desk.get("/notices/")


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("start", "end"), [("9999-12-31T20:00", "9999-12-31T23:59"), ("2996-03-04T08:00", "2996-03-05T08:00")]
)
def test_a_typing_error_in_the_year_is_refused_and_the_list_stands(
    desk: Client, start: str, end: str
) -> None:
    answer = written(desk, starts_at=start, ends_at=end)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert desk.get("/notices/").status_code == 200

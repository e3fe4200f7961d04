"""Compiled statements answer as the ORM does, and are prepared once for each connection."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from civic311.lib.compiled import SOME_TEXT, SOMEBODY, Compiled
from departments.models import Department

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> list[Department]:
    return [
        Department.objects.create(slug=f"d{number}", name=name, short_name="D")
        for number, name in enumerate(("100% Water", "Parks", "It's a %s"))
    ]


@pytest.mark.parametrize("is_prepared", [True, False])
def test_values_take_the_places_of_their_stand_ins(rows: list[Department], is_prepared: bool) -> None:
    either = Department.objects.filter(pk=SOMEBODY) | Department.objects.filter(name=SOME_TEXT)
    wanted = either.filter(name__contains="%").order_by("slug").values_list("slug")
    statement = Compiled(wanted, is_prepared=is_prepared)
    assert statement.fetch({SOMEBODY: rows[0].pk, SOME_TEXT: "It's a %s"}) == [("d0",), ("d2",)]
    assert statement.fetch({SOMEBODY: rows[1].pk, SOME_TEXT: "100% Water"}) == [("d0",)]
    assert statement.fetch({SOMEBODY: -1, SOME_TEXT: ""}) == []


def test_a_statement_without_stand_ins_is_asked_too(rows: list[Department]) -> None:
    statement = Compiled(("SELECT count(*) FROM departments_department WHERE name LIKE %s", ["1%"]))
    assert statement.fetch({}) == [(1,)]


def test_a_statement_is_prepared_once_and_outlives_a_failed_transaction(rows: list[Department]) -> None:
    statement = Compiled(Department.objects.filter(slug=SOME_TEXT, short_name="D").values_list("name"))
    with transaction.atomic():
        assert statement.fetch({SOME_TEXT: "d1"}) == [("Parks",)]
        transaction.set_rollback(True)
    with CaptureQueriesContext(connection) as queries:
        assert statement.fetch({SOME_TEXT: "d1"}) == [("Parks",)]
    assert [query["sql"].split()[0] for query in queries] == ["EXECUTE"]


def test_connections_plan_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)

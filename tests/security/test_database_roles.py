"""What the role of the web processes cannot do to the city's records. Its rights in general: `test_postgres_roles`."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from requests_app.models import RequestEvent
from tests import makers

pytestmark = pytest.mark.django_db
EVENTS = "requests_app_requestevent"


@pytest.fixture
def as_role(city: makers.SmallCity, request: pytest.FixtureRequest) -> None:
    makers.submitted(city.pothole)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA hidden")
        cursor.execute("CREATE TABLE hidden.secrets (word text)")
        cursor.execute(f"SET LOCAL ROLE {request.param}")


def refused(statement: str) -> str:
    """The SQLSTATE a statement is refused with."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(getattr(error.value.__cause__, "sqlstate", ""))


FORBIDDEN = "42501"
RESTRICTED = "23001"


@pytest.mark.parametrize("as_role", ["civic311_web", "civic311_worker"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "state"),
    [
        (f"UPDATE {EVENTS} SET public_note = 'x'", RESTRICTED),
        (f"UPDATE {EVENTS} SET occurred_at = now()", RESTRICTED),
        (f"DELETE FROM {EVENTS}", RESTRICTED),
        (f"TRUNCATE {EVENTS}", FORBIDDEN),
        (f"DROP TRIGGER request_event_no_change ON {EVENTS}", FORBIDDEN),
        (f"ALTER TABLE {EVENTS} DISABLE TRIGGER ALL", FORBIDDEN),
        (f"ALTER TABLE {EVENTS} DROP CONSTRAINT event_legal_transition", FORBIDDEN),
        ("DROP FUNCTION request_event_append_only()", FORBIDDEN),
        (
            "CREATE OR REPLACE FUNCTION request_event_append_only() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN OLD; END $$",
            FORBIDDEN,
        ),
        ("SET session_replication_role = replica", FORBIDDEN),
        ("SELECT word FROM hidden.secrets", FORBIDDEN),
        ("CREATE TABLE hidden.mine (a int)", FORBIDDEN),
        ("CREATE TABLE public.mine (a int)", FORBIDDEN),
        ("CREATE SCHEMA mine", FORBIDDEN),
        ("SELECT rolpassword FROM pg_authid", FORBIDDEN),
        ("SELECT pg_read_file('/etc/passwd')", FORBIDDEN),
        (f"COPY {EVENTS} TO PROGRAM 'cat'", FORBIDDEN),
        (f"COPY {EVENTS} TO '/tmp/events'", FORBIDDEN),
        ("ALTER ROLE civic311_web SUPERUSER", FORBIDDEN),
        ("CREATE ROLE another LOGIN", FORBIDDEN),
    ],
)
@pytest.mark.usefixtures("as_role")
def test_history_and_server_are_out_of_reach(statement: str, state: str) -> None:
    assert refused(statement) == state


@pytest.mark.parametrize("as_role", ["civic311_web"], indirect=True)
@pytest.mark.usefixtures("as_role")
def test_the_door_for_redaction_lets_words_through_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL civic311.redacting = 'on'")
    for change in ("to_status = 'closed'", "occurred_at = now()", "data = '{}'", "actor_label = 'x'"):
        assert refused(f"UPDATE {EVENTS} SET {change}, redacted_at = now()") == RESTRICTED, change
    assert refused(f"UPDATE {EVENTS} SET public_note = 'x'") == RESTRICTED, "a redaction is marked as one"
    assert refused(f"DELETE FROM {EVENTS}") == RESTRICTED


@pytest.mark.parametrize("as_role", ["civic311_web"], indirect=True)
@pytest.mark.usefixtures("as_role")
def test_the_web_role_can_do_its_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {EVENTS}")
        assert cursor.fetchone() == (2,)
        cursor.execute("UPDATE requests_app_servicerequest SET updated_at = now()")
        cursor.execute("RESET ROLE")
    assert RequestEvent.objects.count() == 2

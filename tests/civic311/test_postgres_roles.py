"""What web and worker may do in the database, and how the settings choose a role."""

from pathlib import Path

import environ
import pytest
from django.db import ProgrammingError, connection, transaction

from civic311.postgres import database_config, database_name

VAR = Path("/srv/var")


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> environ.Env:
    for name in ("DATABASE_URL", "CIVIC311_DB_ROLE", "CIVIC311_CITY", "CIVIC311_TEST_DB"):
        monkeypatch.delenv(name, raising=False)
    return environ.Env()


@pytest.fixture
def as_web(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE trial (id bigserial PRIMARY KEY, word text)")
        cursor.execute("SET LOCAL ROLE civic311_web")


@pytest.mark.usefixtures("as_web")
def test_web_reads_and_writes_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO trial (word) VALUES ('a') RETURNING id")
        cursor.execute("UPDATE trial SET word = 'b'")
        cursor.execute("DELETE FROM trial")
        cursor.execute("SELECT count(*) FROM trial")
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("as_web")
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE trial",
        "DROP TABLE trial",
        "ALTER TABLE trial ADD COLUMN other text",
        "CREATE TABLE another (id int)",
        "CREATE TRIGGER t BEFORE UPDATE ON trial FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
def test_web_cannot_change_tables(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "expected"),
    [("civic311_web", "statement_timeout=15s"), ("civic311_worker", "statement_timeout=0")],
)
def test_role_has_its_own_time_limit(role: str, expected: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolconfig FROM pg_roles WHERE rolname = %s", [role])
        row = cursor.fetchone()
    assert row is not None
    assert expected in row[0]


def test_settings_without_url_name_the_embedded_server(env: environ.Env) -> None:
    config = database_config(env, profile="demo", var=VAR)
    assert config["ENGINE"] == "civic311.postgres.backend"
    assert config["NAME"] == "civic311_baltimore"
    assert config["USER"] == "civic311_owner"
    assert config["EMBEDDED"] == {
        "home": "/srv/var/postgres",
        "for_tests": False,
        "database": "civic311_baltimore",
    }
    assert config["TEST"]["NAME"] == "test_civic311"


def test_tests_have_a_cluster_of_their_own(env: environ.Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIC311_TEST_DB", "test_other")
    config = database_config(env, profile="test", var=VAR)
    assert config["EMBEDDED"]["home"] == "/srv/var/postgres-test"
    assert config["TEST"]["NAME"] == "test_other"


def test_role_and_city_come_from_the_environment(env: environ.Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIC311_DB_ROLE", "web")
    monkeypatch.setenv("CIVIC311_CITY", "anne-arundel")
    config = database_config(env, profile="demo", var=VAR)
    assert (config["USER"], config["NAME"]) == ("civic311_web", "civic311_anne_arundel")


def test_unknown_role_is_refused(env: environ.Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIC311_DB_ROLE", "root")
    with pytest.raises(ValueError, match="CIVIC311_DB_ROLE"):
        database_config(env, profile="demo", var=VAR)


@pytest.mark.parametrize("city", ["", "Baltimore", "a b", "x'; DROP", "-a", "a" * 60])
def test_bad_city_slug_is_refused(city: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        database_name(city)


def test_url_wins(env: environ.Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:secret@db.example.org:6432/town")
    config = database_config(env, profile="production", var=VAR)
    assert (config["ENGINE"], config["HOST"], config["NAME"]) == (
        "django.db.backends.postgresql",
        "db.example.org",
        "town",
    )
    assert config["OPTIONS"]["connect_timeout"] == 5
    assert config["CONN_HEALTH_CHECKS"]


def test_url_of_another_kind_of_database_is_refused(
    env: environ.Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///town.db")
    with pytest.raises(ValueError, match="PostgreSQL"):
        database_config(env, profile="production", var=VAR)

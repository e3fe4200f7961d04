"""Django's ``DATABASES["default"]`` from the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import environ

ROLES = ("owner", "web", "worker")
DEFAULT_CITY = "baltimore"

# Gunicorn's gthread worker serves requests from a fixed set of threads and Django keeps one connection
# per thread, so persistent connections are already bounded (workers × threads) and cost nothing to take.
# A pool would add a lock and a hand-over to every request and bound nothing further. The age lets a
# changed role, password or fail-over take effect without a restart; the health check turns a connection
# that died with the server into a fresh one instead of an error page.
CONN_MAX_AGE_S = 600
CONNECT_TIMEOUT_S = 5


def database_name(city: str) -> str:
    """Name of the database of a city, from its pack's slug (``anne-arundel`` → ``civic311_anne_arundel``).

    Raises ValueError for a slug with anything but small letters, digits, ``-`` and ``_``.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,49}", city):
        raise ValueError(f"CIVIC311_CITY must be a slug such as 'baltimore', not {city!r}.")
    return "civic311_" + city.replace("-", "_")


def database_config(env: environ.Env, *, profile: str, var: Path) -> dict[str, Any]:
    """Return the settings of the default database; starts nothing (the first connection does).

    ``profile`` is demo, test or production; ``var`` the folder for state. Reads ``DATABASE_URL``,
    ``CIVIC311_DB_ROLE`` (owner, web or worker; embedded server only, as a URL names its own user),
    ``CIVIC311_CITY`` (slug of the city pack) and ``CIVIC311_TEST_DB`` (name of the test database; xdist
    appends its own suffix). Raises ValueError for an unknown role or a bad slug.
    """
    role = env.str("CIVIC311_DB_ROLE", default="owner")
    if role not in ROLES:
        raise ValueError(f"CIVIC311_DB_ROLE must be one of {', '.join(ROLES)}, not {role!r}.")
    options: dict[str, Any] = {
        "application_name": f"civic311 {role}",
        "connect_timeout": CONNECT_TIMEOUT_S,
        # A dead network path is noticed in about 25 seconds instead of hours.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    shared: dict[str, Any] = {
        "CONN_MAX_AGE": CONN_MAX_AGE_S,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": env.str("CIVIC311_TEST_DB", default="test_civic311")},
    }
    if env.str("DATABASE_URL", default=""):
        parsed: dict[str, Any] = dict(env.db_url("DATABASE_URL"))
        if "postgres" not in parsed["ENGINE"]:
            raise ValueError("DATABASE_URL must name a PostgreSQL server (postgres://…).")
        return {**parsed, **shared, "OPTIONS": {**options, **parsed.get("OPTIONS", {})}}
    name = database_name(env.str("CIVIC311_CITY", default=DEFAULT_CITY))
    home = var / ("postgres-test" if profile == "test" else "postgres")
    return {
        "ENGINE": "civic311.postgres.backend",
        "NAME": name,
        "USER": f"civic311_{role}",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "EMBEDDED": {"home": str(home), "for_tests": profile == "test", "database": name},
        "OPTIONS": options,
        **shared,
    }

"""What every test gets: a small city, a named cast, no stale caches, no network but loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import translation

from civic311.lib.cached import forget_all
from civic311.lib.staticfiles import collect_when_changed
from departments.loading import load_pack
from departments.models import StaffUser
from tests import makers

# The live server and Playwright's sync API share a thread with a running event loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

BALTIMORE = Path(django_settings.BASE_DIR) / "departments" / "city_packs" / "baltimore"


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder with real 311 data; tests that need it skip where it is not there."""
    folder = os.environ.get("CIVIC311_TEST_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("CIVIC311_TEST_DATA is not set")
    return Path(folder).resolve()


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    """The manifest storage is on in tests, so names must be collected once."""
    collect_when_changed()


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    forget_all()
    yield
    forget_all()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A page in another language leaves that language on in this thread; the next test begins without."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    """Photos, tiles and mails of a test stay in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.TILE_CACHE_DIR = tmp_path / "tiles"


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in a test may reach out."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _flush_may_truncate_history(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests with real transactions flush tables; the history's trigger is set aside for that flush alone."""
    marker = request.node.get_closest_marker("django_db")
    live = "live_server" in request.fixturenames or "transactional_db" in request.fixturenames
    yield
    if live or (marker and marker.kwargs.get("transaction")):
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            # The job queue's tables are not Django's to flush.
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(scope="module")
def baltimore(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration city, loaded once for the tests of a module; what each of them writes is given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_pack(BALTIMORE, city_slug="baltimore")
        connection.check_constraints()  # once here, not again after every test
        yield
        transaction.set_rollback(True)
    forget_all()


@pytest.fixture
def city(db: None) -> makers.SmallCity:
    """A small city: two departments, categories of each kind, two districts."""
    return makers.small_city()


@pytest.fixture
def dispatcher(city: makers.SmallCity) -> StaffUser:
    """A dispatcher of the streets department."""
    return makers.staff("dispatcher", city.streets)


@pytest.fixture
def other_dispatcher(city: makers.SmallCity) -> StaffUser:
    """A dispatcher of another department."""
    return makers.staff("dispatcher", city.waste, name="Wanda Waste")


@pytest.fixture
def manager(city: makers.SmallCity) -> StaffUser:
    return makers.staff("manager", sees_all_departments=True)


@pytest.fixture
def administrator(city: makers.SmallCity) -> StaffUser:
    return makers.staff("administrator", is_staff=True, is_superuser=True, sees_all_departments=True)

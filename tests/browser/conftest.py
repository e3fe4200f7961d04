"""A real Chromium against the product's own WSGI application: hashed and compressed static files, real transactions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import handlers
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from playwright.sync_api import Browser, BrowserType, Page, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer

from departments.models import StaffUser
from tests import makers
from tests.browser import chromium, frame, steps

Visitor = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Skip where no browser is, fail where one must be."""
    if chromium.path() is None:
        missing = "no Chromium: install one or name it in CHROMIUM"
        if os.environ.get("CIVIC311_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return chromium.launch_args()


# The plugin keeps its event loop for the whole session, where asyncio in other tests would trip over it.
@pytest.fixture(scope="package")
def playwright(browser_type_launch_args: dict[str, Any]) -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser_type(playwright: Playwright) -> BrowserType:
    return playwright.chromium


@pytest.fixture(scope="package")
def browser(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    running = browser_type.launch(**browser_type_launch_args)
    yield running
    running.close()


@pytest.fixture(scope="package")
def live_server(_static_files: None) -> Iterator[LiveServer]:
    """The product as it is served, without the test server's own static files in front of it."""
    original = handlers.StaticFilesHandler
    handlers.StaticFilesHandler = lambda application: WSGIHandler()  # type: ignore[assignment, misc]
    try:
        server = LiveServer("127.0.0.1")
    finally:
        handlers.StaticFilesHandler = original  # type: ignore[misc]
    yield server
    server.stop()


@pytest.fixture
def browser_context_args(live_server: LiveServer, settings: Any) -> dict[str, Any]:
    settings.SITE_URL = live_server.url
    return {"base_url": live_server.url, "reduced_motion": "reduce", "locale": "en-US"}


@pytest.fixture
def watch() -> Iterator[frame.Watch]:
    """Fails the test when a page complained."""
    watching = frame.Watch()
    yield watching
    assert not watching.troubles, "\n".join(watching.troubles)


@pytest.fixture(params=[frame.PHONE, frame.DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> frame.Size:
    chosen: frame.Size = request.param
    return chosen


@pytest.fixture
def visitor(watch: frame.Watch, new_context: Any) -> Visitor:
    """A browser of its own with one watched page: ``visitor(size, user=…, js=False)``."""

    def open_browser(
        size: frame.Size = frame.PHONE, *, user: StaffUser | None = None, js: bool = True
    ) -> Page:
        width, height = size
        context = new_context(viewport={"width": width, "height": height}, java_script_enabled=js)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "domain": "127.0.0.1", "path": "/"}]
            )
        return watch.over(context.new_page())

    return open_browser


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """A resident's phone."""
    return visitor(frame.PHONE)


@pytest.fixture
def city(transactional_db: None) -> makers.SmallCity:
    """The small city with one street, there for the server's threads too."""
    made = makers.small_city()
    steps.main_street()
    return made

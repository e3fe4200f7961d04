"""The frame itself: static files as in production, and trouble that does not go unseen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests import makers
from tests.browser import frame

pytestmark = pytest.mark.browser


def test_static_files_are_hashed_and_compressed(page: Page, city: makers.SmallCity) -> None:
    with page.expect_response(re.compile(r"/static/css/civic311\.[0-9a-f]{12}\.css")) as found:
        page.goto("/")
    headers = found.value.all_headers()
    assert headers["content-encoding"] == "br"
    assert "immutable" in headers["cache-control"]


def test_trouble_is_seen(page: Page, city: makers.SmallCity, watch: frame.Watch) -> None:
    page.goto("/")
    page.evaluate(
        "document.body.setAttribute('style', 'color: red'); document.body.innerHTML += '<img src=/x>'"
    )
    page.evaluate("setTimeout(() => { throw new Error('out of order') })")
    page.wait_for_load_state("networkidle")
    seen = "\n".join(watch.troubles)
    watch.troubles.clear()
    assert "404 GET" in seen
    assert "out of order" in seen

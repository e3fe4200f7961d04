"""A page in a language from right to left: its direction, and no English left in what a template says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from civic311.lib.cached import forget_all
from departments.models import Area, Category, CategoryGroup, City, Department
from tests import makers, pseudo
from tests.forms import form_of

pytestmark = pytest.mark.django_db

SPOKEN = ("alt", "aria-label", "content", "placeholder", "title")
SILENT = {"script", "style", "time", "textarea"}
WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {"English", "JPEG", "PNG", "WebP", "WCAG", "axe", "Open311", "PIN", "AA"}
ADDRESSES = re.compile(r"\S+@\S+|https?://\S+|/\S+")


class _Words(HTMLParser):
    """What is read out of a page: text and attributes, except what names its own language."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._quiet: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" or (tag == "html"):
            if given.get("name") == "description" or given.get("property") in {"og:title", "og:description"}:
                self.found.append(given.get("content", ""))
            return
        if tag in SILENT or (tag in {"button", "label", "option"} and "lang" in given):
            self._quiet.append(tag)
        if tag != "time":
            self.found += [given[name] for name in SPOKEN if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if self._quiet and self._quiet[-1] == tag:
            self._quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.found.append(data)


def english_left(html: str, *, data: set[str]) -> list[str]:
    """Latin words of a page that are neither data of the city and the report nor names."""
    reader = _Words()
    reader.feed(html)
    known = {word for text in data for word in WORD.findall(text)} | NAMES
    left = []
    for text in reader.found:
        words = [word for word in WORD.findall(ADDRESSES.sub(" ", text)) if word not in known]
        if words:
            left.append(f"{' '.join(words)} in {text.strip()[:80]!r}")
    return left


@pytest.fixture
def arabic(client: Client, city: makers.SmallCity) -> Client:
    City.objects.update(languages=["en", pseudo.LANGUAGE])
    forget_all()
    client.post("/language/", {"language": pseudo.LANGUAGE})
    return client


@pytest.fixture
def data(city: makers.SmallCity) -> set[str]:
    """What a city and its residents wrote, in their own language."""
    rows: set[str] = {"City of Smallville Danger to life? Call 911.", "A deep hole", "100 Main Street"}
    for model in (Area, Category, CategoryGroup, Department):
        rows |= {row.name for row in model._default_manager.all()}
    rows |= {category.description for category in Category.objects.all()}
    rows |= {category.photo_hint for category in Category.objects.all()}
    return rows


PATHS = (
    "/",
    "/report/",
    "/report/?category=pothole",
    "/report/?q=pothole",
    "/track/",
    "/track/?number=26-999999",
)
PATHS += (
    "/help/",
    "/privacy/",
    "/accessibility/",
    "/requests/99-999999/",
    "/offline/",
    "/my/",
    "/alerts/new/",
)
PATHS += ("/map/", "/requests/", "/areas/", "/categories/", "/categories/pothole/")


@pytest.mark.parametrize("path", PATHS)
def test_pages(arabic: Client, data: set[str], path: str) -> None:
    html = arabic.get(path).content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    assert english_left(html, data=data) == []


def test_page_of_a_report(arabic: Client, city: makers.SmallCity, data: set[str]) -> None:
    made = makers.submitted(city.pothole, description="A deep hole", address="100 Main Street")
    for path in (f"/requests/{made.request.number}/", f"/r/{made.token}/"):
        html = arabic.get(path).content.decode()
        assert 'dir="rtl"' in html
        assert english_left(html, data=data) == []


def test_errors_of_the_form(arabic: Client, data: set[str]) -> None:
    page: Any = arabic.get("/report/?category=pothole")
    answer = form_of(page, with_field="description").send(arabic)
    html = answer.content.decode()
    assert 'dir="rtl"' in html
    assert english_left(html, data=data) == []


def test_the_check_sees_english() -> None:
    html = '<p>Hello <b>Pothole</b></p><img alt="A photo"><button lang="en">English words</button>'
    assert english_left(html, data={"Pothole"}) == ["Hello in 'Hello'", "photo in 'A photo'"]

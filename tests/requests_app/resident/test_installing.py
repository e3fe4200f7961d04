"""The site as an app: manifest, worker, offline page."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from PIL import Image

from tests.forms import form_of
from tests.makers import SmallCity

pytestmark = pytest.mark.django_db


def test_the_manifest_names_pictures_of_the_size_they_have(client: Client, city: SmallCity) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["scope"], manifest["start_url"], manifest["display"]) == ("/", "/", "standalone")
    for icon in manifest["icons"]:
        content = b"".join(client.get(icon["src"]))
        assert "{}x{}".format(*Image.open(io.BytesIO(content)).size) == icon["sizes"]
    assert '<link rel="manifest"' in client.get("/").content.decode()


def test_the_worker_is_asked_for_anew_and_keeps_no_page_but_the_offline_one(
    client: Client, city: SmallCity
) -> None:
    answer = client.get("/sw.js")
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer.content.decode().count("cache.put(") == 1


def test_the_offline_page_has_nothing_personal_and_leads_back(client: Client, city: SmallCity) -> None:
    page = client.get("/offline/").content.decode()
    assert "You are offline" in page
    assert 'href="/report/"' in page
    assert "csrfmiddlewaretoken" not in page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize(
    "words",
    ["🕳️ Loch 😀", "שלום \u200fabc\u202edef", "<b>&amp;</b>", "é" * 4000, "line\r\nline"],
    ids=["emoji", "rtl", "markup", "longest", "lines"],
)
def test_any_words_come_back_as_they_were(client: Client, city: SmallCity, words: str) -> None:
    form = form_of(client.get("/report/"), with_field="description").fill(description=words)
    again = form_of(form.send(client), with_field="description")
    assert again.values["description"] == [words.replace("\r\n", "\n")] or again.values["description"] == [
        words
    ]
    sent = again.fill(category="pothole", latitude="39.3", longitude="-76.65").send(client)
    assert sent.status_code == 303


def test_ten_megabytes_of_text_are_refused_with_a_message(client: Client, city: SmallCity) -> None:
    answer = client.post("/report/", {"category": "pothole", "description": "x" * 10_000_000})
    assert answer.status_code in {200, 413}
    assert "too large" in answer.content.decode() or "Shorten it" in answer.content.decode()

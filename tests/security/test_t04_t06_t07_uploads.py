"""Threats 4, 6 and 7: what a stranger uploads through the real form comes out drawn anew, or not at all."""

from __future__ import annotations

import io
import resource
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from requests_app.models import Photo
from requests_app.photos import storage
from requests_app.photos.errors import PhotoRejected, Rejection
from tests import makers
from tests.requests_app.photos import pictures
from tests.security import world

pytestmark = pytest.mark.django_db

SECONDS_MOST = 15
SENTENCE = "Photo 1: "
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
MARKS = (
    b"<script",
    b"<svg",
    b"PK\x03\x04",
    b"Exif",
    b"http://",
    b"canary",
    b"ICC_PROFILE",
    b"Photoshop",
    b"XMP",
)


def sent(client: Client, data: bytes, name: str = "../../evil.svg", kind: str = "image/svg+xml") -> Any:
    """The answer to the form with one file, without a category, so that the form always comes back."""
    started = time.monotonic()
    answer = client.post("/report/", world.report_data("", photos=[SimpleUploadedFile(name, data, kind)]))
    assert time.monotonic() - started < SECONDS_MOST, name
    assert answer.status_code == 200, (name, answer.status_code)
    return answer


def outcome(client: Client, data: bytes, name: str = "../../evil.svg", kind: str = "image/svg+xml") -> str:
    """ "accepted" or "refused", after checking that the page says so and that what is stored is clean."""
    before = set(Photo.objects.values_list("pk", flat=True))
    page = sent(client, data, name, kind).content.decode()
    made = Photo.objects.exclude(pk__in=before)
    assert name not in page
    if SENTENCE in page:
        assert not made.exists()
        return "refused"
    photo = made.get() if made.exists() else Photo.objects.latest("pk")
    for pixels in storage.SIZES:
        stored = storage.path_of(photo.sha256, pixels).read_bytes()
        markers, trailer = pictures.segments(stored)
        assert set(markers) <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert trailer == b""
        assert not [mark for mark in MARKS if mark in stored]
    return "accepted"


def synthetic() -> dict[str, tuple[bytes, str]]:
    """Small attacks of each family, made here, with the outcome each must have."""
    scene = pictures.scene()
    jpeg = pictures.encoded(scene).getvalue()
    exif = Image.Exif()
    exif[0x010E] = "canary <script>alert(1)</script>"
    exif[0x0112] = 6
    png_bomb = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00\x00\x00\x00\x00"
    gif = io.BytesIO()
    scene.quantize().save(gif, "GIF", save_all=True, append_images=[scene.quantize()] * 20)
    return {
        "plain": (jpeg, "accepted"),
        "with metadata": (
            pictures.encoded(scene, exif=exif, comment=b"canary", icc_profile=b"canary" * 20).getvalue(),
            "accepted",
        ),
        "zip behind": (jpeg + b"PK\x03\x04canary" * 50, "accepted"),
        "page behind": (jpeg + HTML, "accepted"),
        "png with text": (pictures.encoded(scene, "PNG", exif=exif).getvalue(), "accepted"),
        "webp": (pictures.encoded(scene, "WEBP", exif=exif).getvalue(), "accepted"),
        "svg": (SVG, "refused"),
        "html": (HTML, "refused"),
        "gif": (gif.getvalue(), "refused"),
        "pixel bomb": (png_bomb, "refused"),
        "long line": (pictures.encoded(Image.new("L", (1, 30_000)), "PNG").getvalue(), "refused"),
        "half": (jpeg[: len(jpeg) // 2], "refused"),
        "nothing": (b"", "refused"),
        "program": (b"MZ" + b"\x00" * 500, "refused"),
        "jpeg marker only": (b"\xff\xd8\xff\xe0" + b"A" * 400, "refused"),
        "svg called jpeg": (b"\xff\xd8\xff" + SVG, "refused"),
    }


@pytest.mark.parametrize("what", list(synthetic()))
def test_synthetic_uploads(city: makers.SmallCity, client: Client, what: str) -> None:
    data, expected = synthetic()[what]
    assert outcome(client, data) == expected


@pytest.mark.realdata
@pytest.mark.slow
@pytest.mark.parametrize("folder", ["valid", "hostile"])
def test_every_file_of_the_collection_through_the_form(
    city: makers.SmallCity, client: Client, test_data: Path, folder: str, settings: Any
) -> None:
    settings.RATE_LIMIT_FACTOR = 100_000
    outcomes = {"accepted": 0, "refused": 0}
    for path in sorted((test_data / "images" / folder).iterdir()):
        outcomes[outcome(client, path.read_bytes(), path.name, "image/jpeg")] += 1
    expected = {"valid": {"accepted": 68, "refused": 25}, "hostile": {"accepted": 5, "refused": 38}}
    assert outcomes == expected[folder]
    assert client.get("/healthz").status_code == 200
    assert psutil.Process().children() == [] or all(
        child.status() != psutil.STATUS_ZOMBIE for child in psutil.Process().children()
    )
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1 << 20, "kilobytes of the largest child"


def test_the_clients_file_name_is_nowhere(city: makers.SmallCity, client: Client) -> None:
    name = "canary-name-of-the-file.jpg"
    data = pictures.encoded(pictures.scene()).getvalue()
    filed = world.file_report(photos=[SimpleUploadedFile(name, data, "text/html")], email="a@example.org")
    photo = filed.photos[0]
    answer = client.get(f"/photos/{photo.public_id}/large.jpg")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    world.body_of(answer)
    for url in (f"/requests/{filed.request.number}/", f"/r/{filed.token}/"):
        assert "canary-name" not in client.get(url).content.decode()
    media = pictures.files_below(Path(settings.MEDIA_ROOT))
    assert not [path for path in media if "canary" in path.name]
    assert {path.read_bytes()[:2] for path in media} == {b"\xff\xd8"}


def test_no_original_is_ever_kept(city: makers.SmallCity, client: Client) -> None:
    """The bytes of the upload stand in no file of ours, and no temporary file is left."""
    scene = pictures.encoded(pictures.scene(200, 100), comment=b"canary-original").getvalue()
    world.file_report(photos=[SimpleUploadedFile("a.jpg", scene, "image/jpeg")])
    for path in pictures.files_below(Path(settings.MEDIA_ROOT)):
        assert b"canary-original" not in path.read_bytes()
        assert "incoming" not in path.parts


def test_uploads_of_other_pages_are_not_stored(city: makers.SmallCity, client: Client) -> None:
    upload = SimpleUploadedFile("a.jpg", pictures.encoded(pictures.scene()).getvalue(), "image/jpeg")
    for url in ("/track/", "/accounts/login/", "/"):
        client.post(url, {"photos": upload, "file": upload})
    assert not Photo.objects.exists()
    assert pictures.files_below(Path(settings.MEDIA_ROOT)) == []


def test_every_reason_has_a_polite_sentence() -> None:
    details = {"megabytes": 12, "max_files": 3, "format": "HEIC", "megapixels": 40}
    for reason in Rejection:
        words = str(PhotoRejected(reason, 1, **details))
        assert words.startswith(SENTENCE), reason
        assert words.endswith("."), reason
        assert "!" not in words, reason


@pytest.mark.slow
def test_memory_stays_flat_over_100_uploads(city: makers.SmallCity, client: Client, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 100_000
    attacks = [data for data, _ in synthetic().values() if data]
    for turn in range(len(attacks)):
        sent(client, attacks[turn % len(attacks)])
    process = psutil.Process()
    before = process.memory_info().rss
    descriptors = process.num_fds()
    for turn in range(100):
        sent(client, attacks[turn % len(attacks)])
    assert process.memory_info().rss - before < 30_000_000
    assert process.num_fds() <= descriptors + 3
    assert not [child for child in process.children() if child.status() != psutil.STATUS_ZOMBIE]

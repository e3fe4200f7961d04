"""Files on disk: sweeping, deleting, serving; and the limits while an upload flows in."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory

from requests_app.photos import pipeline, storage
from requests_app.photos.errors import PhotoRejected
from requests_app.photos.limits import PhotoUploadHandler, RefusedUpload
from requests_app.photos.serving import photo_response
from tests.requests_app.photos import pictures

DAY = timedelta(days=1)


@pytest.fixture
def photo() -> pipeline.ProcessedPhoto:
    return pipeline.process(pictures.encoded(pictures.scene()))


def _age(days: float) -> None:
    for path in pictures.files_below(storage.root()):
        when = path.stat().st_mtime - days * 86400
        os.utime(path, (when, when))


def test_same_picture_twice_is_stored_once(photo: pipeline.ProcessedPhoto) -> None:
    assert pipeline.process(pictures.encoded(pictures.scene())) == photo
    assert len(pictures.files_below(storage.root())) == 3


def test_sweep_takes_old_orphans_only(photo: pipeline.ProcessedPhoto) -> None:
    assert storage.sweep(lambda sha256: False, older_than=DAY) == 0
    _age(2)
    assert storage.sweep(lambda sha256: sha256 == photo.sha256, older_than=DAY) == 0
    assert storage.sweep(lambda sha256: False, older_than=DAY) == 3
    assert pictures.files_below(storage.root()) == []


def test_second_upload_makes_an_orphan_young_again(photo: pipeline.ProcessedPhoto) -> None:
    _age(2)
    pipeline.process(pictures.encoded(pictures.scene()))
    assert storage.sweep(lambda sha256: False, older_than=DAY) == 0


def test_sweep_takes_leftovers_of_a_crash() -> None:
    folder = storage.root() / "incoming"
    folder.mkdir(parents=True)
    (folder / "left.part").write_bytes(b"x")
    _age(2)
    assert storage.sweep(lambda sha256: True, older_than=DAY) == 1


def test_delete_removes_every_size_and_may_be_repeated(photo: pipeline.ProcessedPhoto) -> None:
    storage.delete(photo.sha256)
    storage.delete(photo.sha256)
    with pytest.raises(FileNotFoundError):
        storage.open_rendition(photo.sha256, 240)


@pytest.mark.parametrize(
    ("sha256", "size"), [("../../etc/passwd", 240), ("a" * 64, 241), ("A" * 64, 240), ("a" * 64 + "\n", 240)]
)
def test_only_hashes_and_known_sizes_are_names(sha256: str, size: int) -> None:
    with pytest.raises(ValueError, match="not a photo"):
        storage.name_of(sha256, size)


@pytest.mark.django_db  # closing an answer ends the connection's turn
def test_photo_is_served_with_nothing_to_run(photo: pipeline.ProcessedPhoto) -> None:
    response: Any = photo_response(RequestFactory().get("/"), photo.sha256, 800, public=False)
    assert b"".join(response.streaming_content) == pictures.stored(photo, 800)
    response.close()
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db  # closing an answer ends the connection's turn
def test_known_photo_is_not_sent_again(photo: pipeline.ProcessedPhoto) -> None:
    first = photo_response(RequestFactory().get("/"), photo.sha256, 240, public=True)
    first.close()
    again = photo_response(
        RequestFactory().get("/", headers={"if-none-match": first["ETag"]}), photo.sha256, 240, public=True
    )
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == "public, no-cache"


def test_proxy_sends_the_file_when_told(photo: pipeline.ProcessedPhoto, settings: Any) -> None:
    settings.PHOTO_ACCEL_PREFIX = "/internal-media/"
    response = photo_response(RequestFactory().get("/"), photo.sha256, 240, public=True)
    assert response["X-Accel-Redirect"] == f"/internal-media/{photo.sha256[:2]}/{photo.sha256}-240.jpg"


@pytest.mark.parametrize("size", [240, 241])
def test_missing_photo_is_404(size: int) -> None:
    with pytest.raises(Http404):
        photo_response(RequestFactory().get("/"), "a" * 64, size, public=True)


def _received(*contents: bytes) -> tuple[list[Any], str]:
    files = [SimpleUploadedFile(f"{index}.jpg", content) for index, content in enumerate(contents)]
    request = RequestFactory().post("/", {"photos": files, "description": "typed"})
    request.upload_handlers = [PhotoUploadHandler(request)]
    return request.FILES.getlist("photos"), request.POST["description"]


def test_upload_over_the_limit_keeps_the_rest_of_the_form(settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 100_000
    good = pictures.encoded(pictures.scene()).getvalue()
    (first, second), description = _received(good, bytes(300_000))
    assert description == "typed"
    assert Path(first.temporary_file_path()).stat().st_size == len(good)
    assert pipeline.process(first).width == 640
    assert isinstance(second, RefusedUpload)
    with pytest.raises(PhotoRejected, match="Photo 2: the file is larger") as caught:
        pipeline.process(second, position=2)
    assert caught.value.code == "too_large"


def test_fourth_file_is_refused() -> None:
    *_, fourth = _received(b"a", b"b", b"c", b"d")[0]
    with pytest.raises(PhotoRejected, match="Photo 4: at most 3 photos"):
        pipeline.process(fourth, position=4)

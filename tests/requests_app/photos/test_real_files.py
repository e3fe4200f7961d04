"""Every file of the image collection: the valid ones in, the hostile ones out or harmless."""

import resource
import time
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from requests_app.photos import pipeline, storage
from requests_app.photos.errors import PhotoRejected
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.realdata


def _outcomes(folder: Path) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for path in sorted(folder.iterdir()):
        started = time.monotonic()
        with path.open("rb") as file:
            try:
                pictures.assert_clean(pipeline.process(file))
                outcomes["accepted"] += 1
            except PhotoRejected as rejected:
                outcomes[rejected.code] += 1
        assert time.monotonic() - started < 10, path.name
    return outcomes


def test_valid_files_are_taken_or_politely_refused(test_data: Path) -> None:
    assert _outcomes(test_data / "images/valid") == {"accepted": 68, "unsupported_format": 25}


def test_hostile_files_are_refused_or_rendered_harmless(test_data: Path) -> None:
    outcomes = _outcomes(test_data / "images/hostile")
    unrecognised = outcomes.pop("not_a_picture") + outcomes.pop("unsupported_format")
    assert unrecognised == 33
    assert outcomes == {"too_many_pixels": 4, "damaged": 1, "accepted": 5}
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1 << 20  # in KB


@pytest.mark.parametrize("shape", ["landscape", "portrait"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_real_orientations_look_like_the_first(test_data: Path, shape: str, orientation: int) -> None:
    results = []
    for number in (1, orientation):
        path = test_data / f"images/valid/exifsamples_jpg_orientation_{shape}_{number}.jpg"
        with path.open("rb") as file:
            photo = pipeline.process(file)
        with Image.open(storage.path_of(photo.sha256, 240)) as image:
            image.load()
            results.append(image)
    first, other = (
        results  # the samples differ by the digit painted on them, hence the comparison with wrong turns
    )
    wrong = [first.transpose(turn) for turn in Image.Transpose]
    misfit = min(pictures.difference(image, other) for image in wrong if image.size == other.size)
    assert pictures.difference(first, other) < 0.6 * misfit


def test_phone_photo_is_upright_and_its_place_only_suggested(test_data: Path) -> None:
    with (test_data / "images/valid/gen_gps_annapolis_orientation8.jpg").open("rb") as file:
        photo = pipeline.process(file)
    assert (photo.width, photo.height) == (1200, 1600)
    assert photo.gps == pytest.approx((38.9784, -76.4922), abs=1e-3)
    pictures.assert_clean(photo)

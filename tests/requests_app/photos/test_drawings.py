"""The demonstration's drawn photos."""

import pytest

from requests_app.photos.drawings import SUBJECTS, draw


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_can_be_drawn(subject: str) -> None:
    picture = draw(subject, 2)
    assert (picture.size, picture.mode) == ((1200, 900), "RGB")


@pytest.mark.parametrize("subject", ["pothole", "snow"])
def test_drawing_repeats_itself_for_a_seed(subject: str) -> None:
    picture = draw(subject, 1).tobytes()
    assert picture == draw(subject, 1).tobytes()
    assert picture != draw(subject, 2).tobytes()

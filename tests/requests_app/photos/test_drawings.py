"""The demonstration's drawn photos."""

import pytest

from requests_app.photos.drawings import SUBJECTS, draw


@pytest.mark.parametrize("subject", SUBJECTS)
def test_drawing_repeats_itself_for_a_seed(subject: str) -> None:
    picture = draw(subject, 1)
    assert picture.size == (1200, 900)
    assert picture.mode == "RGB"
    assert picture.tobytes() == draw(subject, 1).tobytes()
    assert picture.tobytes() != draw(subject, 2).tobytes()

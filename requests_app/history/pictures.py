"""Drawn photos for a history: a few dozen files that many requests share."""

import io
import random

from requests_app.models import Photo
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.models.request import ServiceRequest
from requests_app.photos.drawings import SUBJECTS, draw
from requests_app.photos.pipeline import ProcessedPhoto, process

VARIANTS = 4
SUBJECT_WORDS = {
    "pothole": ("pothole", "street-repair", "road"),
    "bin": ("trash", "bin", "recycling", "can"),
    "graffiti": ("graffiti",),
    "street_light": ("light",),
    "tree": ("tree", "limb"),
    "dumping": ("dump", "bulk", "alley", "dirty", "litter"),
    "hydrant": ("hydrant", "leak", "water"),
    "sign": ("sign", "signal"),
    "snow": ("snow", "ice"),
}


class Album:
    """Photos by subject, drawn and processed on first use through the same pipeline as residents' uploads."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._files: dict[tuple[str, int], ProcessedPhoto] = {}

    def subject_for(self, category_slug: str) -> str | None:
        """The subject that fits a category, or None."""
        for subject, words in SUBJECT_WORDS.items():
            if subject in SUBJECTS and any(word in category_slug for word in words):
                return subject
        return None

    def photo(self, request: ServiceRequest, subject: str, purpose: PhotoPurpose) -> Photo:
        """An unsaved photo row of the request; its id is drawn, so that a history repeats itself exactly."""
        variant = self.rng.randrange(VARIANTS)
        if (subject, variant) not in self._files:
            buffer = io.BytesIO()
            draw(subject, variant).save(buffer, "JPEG", quality=90)
            buffer.seek(0)
            self._files[subject, variant] = process(buffer)
        file = self._files[subject, variant]
        waiting = request.is_anonymous and purpose == PhotoPurpose.REPORT and not request.acknowledged_at
        return Photo(
            public_id=f"{self.rng.getrandbits(128):032x}",
            request=request,
            purpose=purpose,
            state=PhotoState.WAITING if waiting else PhotoState.PUBLISHED,
            sha256=file.sha256,
            width=file.width,
            height=file.height,
            created_at=request.created_at,
        )

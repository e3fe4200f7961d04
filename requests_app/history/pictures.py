"""Drawn photos for a history: a few dozen files that many requests share."""

import io
import random
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType

from requests_app.models import Photo
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.models.request import ServiceRequest
from requests_app.photos.drawings import SUBJECTS, drawn_jpeg
from requests_app.photos.pipeline import ProcessedPhoto, process

VARIANTS = 3
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
    """Photos by subject. They are drawn by other processes while the history is written, and go through the same
    pipeline as residents' uploads."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, int], ProcessedPhoto] = {}
        self._pool = ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn"))
        self._drawings: dict[tuple[str, int], Future[bytes]] = {
            (subject, variant): self._pool.submit(drawn_jpeg, subject, variant)
            for variant in range(VARIANTS)
            for subject in SUBJECTS
        }

    def __enter__(self) -> "Album":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def subject_for(self, category_slug: str) -> str | None:
        """The subject that fits a category, or None."""
        for subject, words in SUBJECT_WORDS.items():
            if subject in SUBJECTS and any(word in category_slug for word in words):
                return subject
        return None

    def photo(
        self, request: ServiceRequest, subject: str, rng: random.Random, purpose: PhotoPurpose
    ) -> Photo:
        """An unsaved photo row of the request; its id is drawn, so that a history repeats itself exactly."""
        variant = rng.randrange(VARIANTS)
        if (subject, variant) not in self._files:
            self._files[subject, variant] = process(io.BytesIO(self._drawings[subject, variant].result()))
        file = self._files[subject, variant]
        waiting = request.is_anonymous and purpose == PhotoPurpose.REPORT and not request.acknowledged_at
        return Photo(
            public_id=f"{rng.getrandbits(128):032x}",
            request=request,
            purpose=purpose,
            state=PhotoState.WAITING if waiting else PhotoState.PUBLISHED,
            sha256=file.sha256,
            width=file.width,
            height=file.height,
            created_at=request.created_at,
        )

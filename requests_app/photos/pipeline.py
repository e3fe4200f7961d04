"""From an upload to three stored renditions, by way of a child process that holds all the danger.

The web process counts bytes, looks at the first 32 of them, and passes an open file on. Decoding, turning and drawing
happen in :mod:`requests_app.photos.child`, a fresh process for each photo: starting it costs about 0.06 s of processor
time, which buys that a crash, a leak or a taken-over decoder ends with the one picture that caused it.
"""

import importlib.util
import json
import logging
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from requests_app.photos import formats, storage
from requests_app.photos.errors import PhotoRejected, PhotoStorageError, Rejection
from requests_app.photos.limits import RefusedUpload

logger = logging.getLogger("civic311.photos")

WALL_SECONDS: Final = 20.0
MAX_MEGAPIXELS: Final = 40
CHILD: Final = Path(__file__).with_name("child.py")
_CHUNK: Final = 1 << 16
_ANSWER_BYTES: Final = 4096
_WAIT_SECONDS: Final = 30.0
_AT_ONCE: Final = threading.BoundedSemaphore(2)  # children of one web process; each may take up to 1 GB


@dataclass(frozen=True, slots=True)
class Rendition:
    """One stored size: ``name`` below the media folder, side lengths in pixels, file length in bytes."""

    name: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ProcessedPhoto:
    """A photo that is safely on disk.

    ``sha256`` (of the large rendition) names it; ``width`` and ``height`` are the large rendition's. ``gps`` is the
    position written in the file as (latitude, longitude): a suggestion to show once, never to be stored with the photo.
    """

    sha256: str
    width: int
    height: int
    renditions: Mapping[int, Rendition]
    gps: tuple[float, float] | None


def process(upload: "BinaryIO | UploadedFile[Any]", *, position: int = 1) -> ProcessedPhoto:
    """Draw the picture anew in three sizes and store them; ``position`` (from 1) is used in messages.

    On return the files are on disk to stay; the caller writes the row that refers to ``sha256``. Raises
    :class:`PhotoRejected` when the sender has to do something, :class:`PhotoStorageError` when we have.
    """
    if isinstance(upload, RefusedUpload):
        raise _rejected(upload.reason, position)
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise PhotoStorageError("too many photos at once")
    try:
        with tempfile.TemporaryFile() as source, storage.Staging() as staging:
            _spool(upload, source, position)
            answer = _run_child(source, staging, position)
            return _stored(staging, answer, position)
    except OSError as error:
        raise PhotoStorageError("a photo could not be stored") from error
    finally:
        _AT_ONCE.release()


def _spool(upload: "BinaryIO | UploadedFile[Any]", source: IO[bytes], position: int) -> None:
    """Copy to a file without a name, counting; refuse what is too large or plainly not for us."""
    upload.seek(0)
    total = 0
    while chunk := upload.read(_CHUNK):
        total += len(chunk)
        if total > settings.PHOTO_MAX_BYTES:
            raise _rejected(Rejection.TOO_LARGE, position)
        source.write(chunk)
    source.flush()
    found = formats.sniff(os.pread(source.fileno(), formats.HEADER_BYTES, 0))
    if found is None:
        raise _rejected(Rejection.NOT_A_PICTURE, position)
    if found not in formats.ACCEPTED:
        raise PhotoRejected(Rejection.UNSUPPORTED_FORMAT, position, format=found)
    os.lseek(source.fileno(), 0, os.SEEK_SET)  # the child shares this offset


def _run_child(source: IO[bytes], staging: storage.Staging, position: int) -> dict[str, Any]:
    descriptors = [file.fileno() for file in staging.files.values()]
    command = [sys.executable, "-I", "-S", str(CHILD), _pillow_folder(), *map(str, descriptors)]
    with subprocess.Popen(  # noqa: S603  (fixed program, no shell, numbers as arguments)
        command,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=descriptors,
        env={},
        cwd="/",
    ) as child:
        try:
            text = _read_answer(child)
            if text is not None:
                with suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=1)
        finally:
            child.kill()
    if text is None:
        logger.warning("photo child ran out of time")
        raise _rejected(Rejection.TIMEOUT, position)
    answer = _parsed(text)
    if answer is None:  # killed by a limit, by the kernel, or by the picture
        logger.warning("photo child ended with %s and no answer", child.returncode)
        raise _rejected(Rejection.DAMAGED, position)
    return answer


def _read_answer(child: "subprocess.Popen[bytes]") -> bytes | None:
    """What the child says until it closes its output; None when time or the length of an answer runs out."""
    if child.stdout is None:
        raise PhotoStorageError("no pipe to the photo child")
    deadline = time.monotonic() + WALL_SECONDS
    text = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while len(text) <= _ANSWER_BYTES and selector.select(max(0.0, deadline - time.monotonic())):
            part = os.read(child.stdout.fileno(), _ANSWER_BYTES)
            if not part:
                return text
            text += part
    return None


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _stored(staging: storage.Staging, answer: dict[str, Any], position: int) -> ProcessedPhoto:
    error = answer.get("error")
    if error == "storage":
        raise PhotoStorageError("a photo could not be written")
    if error is not None:
        raise _rejected(Rejection(error), position)
    for file in staging.files.values():
        if not formats.is_plain_jpeg(os.pread(file.fileno(), 4096, 0)):
            logger.error("photo child wrote something that is not a plain JPEG")
            raise _rejected(Rejection.DAMAGED, position)
    lengths = {size: os.fstat(file.fileno()).st_size for size, file in staging.files.items()}
    sha256 = staging.commit()
    renditions = {
        size: Rendition(storage.name_of(sha256, size), width, height, lengths[size])
        for size, (width, height) in zip(storage.SIZES, answer["renditions"], strict=True)
    }
    large = renditions[storage.LARGE]
    gps = answer["gps"]
    return ProcessedPhoto(sha256, large.width, large.height, renditions, (gps[0], gps[1]) if gps else None)


def _rejected(code: Rejection, position: int) -> PhotoRejected:
    return PhotoRejected(
        code,
        position,
        megabytes=settings.PHOTO_MAX_BYTES // 1_000_000,
        megapixels=MAX_MEGAPIXELS,
        max_files=settings.PHOTO_MAX_FILES,
    )


@cache
def _pillow_folder() -> str:
    """The folder to import Pillow from, found without loading it into the web process."""
    found = importlib.util.find_spec("PIL")
    if found is None or found.origin is None:
        raise PhotoStorageError("Pillow is not installed")
    return str(Path(found.origin).parent.parent)

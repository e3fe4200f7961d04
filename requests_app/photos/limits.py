"""Limits that act while an upload still flows in.

``settings.FILE_UPLOAD_HANDLERS = ["requests_app.photos.limits.PhotoUploadHandler"]`` makes them hold for every form,
whoever reads the body first (the CSRF middleware does). Files go to nameless-to-the-visitor temporary files, never as
a whole to memory. What is over a limit is not kept but the form goes on: its other fields and photos arrive, and
the file stands in ``request.FILES`` as a :class:`RefusedUpload`, which the pipeline answers with a sentence.
"""

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from requests_app.photos.errors import Rejection


class RefusedUpload(UploadedFile):  # type: ignore[type-arg]  # not subscriptable at run time
    """An empty stand-in for a file that was over a limit; ``reason`` says which."""

    def __init__(self, reason: Rejection, name: str, field_name: str | None) -> None:
        super().__init__(ContentFile(b""), name, "application/octet-stream", 0)
        self.reason = reason
        self.field_name = field_name


class PhotoUploadHandler(TemporaryFileUploadHandler):
    """Counts files and bytes as they arrive: at most ``PHOTO_MAX_FILES`` of ``PHOTO_MAX_BYTES`` each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._files = 0
        self._received = 0
        self._refused: Rejection | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file; one too many gets no temporary file at all."""
        self._files += 1
        self._received = 0
        self._refused = Rejection.TOO_MANY if self._files > settings.PHOTO_MAX_FILES else None
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece to the temporary file, or drop it once the file is over its limit."""
        self._received += len(raw_data)
        if self._refused is None and self._received > settings.PHOTO_MAX_BYTES:
            self._refused = Rejection.TOO_LARGE
            self.file.truncate(0)
        if self._refused is None:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]
        """The finished file, or its stand-in."""
        if self._refused is None:
            return super().file_complete(file_size)
        self.file.close()
        return RefusedUpload(self._refused, self.file_name or "", self.field_name)

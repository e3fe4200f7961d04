"""The two ways a photo can fail: the sender's file (tell the sender), or our machine (answer 503)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Rejection(StrEnum):
    """Why a file was refused."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NOT_A_PICTURE = "not_a_picture"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"
    TIMEOUT = "timeout"


_SENTENCES: Final["dict[Rejection, _StrPromise]"] = {
    Rejection.TOO_LARGE: _(
        "Photo {position}: the file is larger than {megabytes} MB. Please send a smaller photo."
    ),
    Rejection.TOO_MANY: _(
        "Photo {position}: at most {max_files} photos can be sent. Please remove this one."
    ),
    Rejection.NOT_A_PICTURE: _(
        "Photo {position}: this file is not a picture we can read. Please send a JPEG, PNG or WebP file."
    ),
    Rejection.UNSUPPORTED_FORMAT: _("Photo {position}: we cannot take {format} files. Please send JPEG."),
    Rejection.TOO_MANY_PIXELS: _(
        "Photo {position}: the picture has too many pixels. Please send one of at most {megapixels} megapixels."
    ),
    Rejection.DAMAGED: _(
        "Photo {position}: the file is damaged or incomplete. Please take or choose the photo again."
    ),
    Rejection.TIMEOUT: _(
        "Photo {position}: the picture took too long to read. Please send it as a smaller JPEG."
    ),
}


class PhotoRejected(ValueError):
    """A file that the sender has to replace.

    ``code`` says why, ``position`` which of the sent files (from 1), ``message`` is a translatable sentence for people.
    """

    def __init__(self, code: Rejection, position: int, **details: object) -> None:
        self.code = code
        self.position = position
        self.message: _StrPromise = format_lazy(
            _SENTENCES[code], position=position, **details
        )  # translated when it is shown
        super().__init__(code, position)

    def __str__(self) -> str:
        return str(self.message)


class PhotoStorageError(Exception):
    """Our side failed (disk full, no file handles, too many photos at once): answer 503 and keep what was typed."""

"""The photos of one request, as small values: both faces of it show them, each what it may."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from requests_app.models.photo import PhotoPurpose, PhotoState

_PHOTOS = """
SELECT public_id, width, height, purpose, state FROM requests_app_photo
 WHERE request_id = %s AND state = ANY(%s) ORDER BY purpose, position, id
"""


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo's address, size in pixels, purpose and state."""

    public_id: str
    width: int
    height: int
    purpose: PhotoPurpose
    state: PhotoState


ORDINARY = (PhotoState.PUBLISHED, PhotoState.WAITING, PhotoState.HIDDEN)


def photo_rows(request_id: int, states: Iterable[PhotoState] = ORDINARY) -> list[PhotoRow]:
    """The photos in these states, the reporter's first; no unredacted version unless asked for. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PHOTOS, [request_id, [state.value for state in states]])
        return [
            PhotoRow(public_id, width, height, PhotoPurpose(purpose), PhotoState(state))
            for public_id, width, height, purpose, state in cursor.fetchall()
        ]

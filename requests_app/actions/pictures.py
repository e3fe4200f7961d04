"""Which photos the public sees."""

import datetime as dt

from django.db import transaction

from requests_app.actions.actors import Actor
from requests_app.actions.transition import transition
from requests_app.models import Photo, RequestEvent
from requests_app.models.photo import PhotoState


@transaction.atomic
def publish_photo(*, photo: Photo, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """Staff have looked: the photo is shown."""
    return _set_state(photo, PhotoState.PUBLISHED, "publish_photo", version=version, by=by, now=now)


@transaction.atomic
def hide_photo(*, photo: Photo, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """The photo is no longer shown to the public; its address answers 404 at once."""
    return _set_state(photo, PhotoState.HIDDEN, "hide_photo", version=version, by=by, now=now)


def _set_state(
    photo: Photo, state: PhotoState, move: str, *, version: int | None, by: Actor, now: dt.datetime
) -> RequestEvent:
    assert photo.request_id is not None
    event = transition(
        request_id=photo.request_id,
        version=version,
        move=move,
        by=by,
        now=now,
        data={"photo": photo.public_id},
    )
    Photo.objects.filter(pk=photo.pk).update(state=state)
    return event

"""What residents wrote under a request, as anybody may read it."""

import datetime as dt
from dataclasses import dataclass

from requests_app.models import Comment
from requests_app.models.comment import CommentState

SHOWN = 50


@dataclass(frozen=True, slots=True)
class PublicComment:
    """A comment staff let be seen, or the reason why it was removed in place of its words."""

    id: int
    name: str
    text: str
    removal_reason: str
    created_at: dt.datetime


def comments_of(request_id: int) -> tuple[PublicComment, ...]:
    """The newest fifty comments that were decided about, oldest first. One statement.

    Neither the words as they were typed nor anything of a removed comment but its reason is read.
    """
    rows = (
        Comment.objects.filter(request=request_id)
        .exclude(state=CommentState.WAITING)
        .order_by("-id")
        .values_list("id", "name", "public_text", "removal_reason", "created_at", "state")[:SHOWN]
    )
    found = [
        PublicComment(pk, "", "", reason, created_at)
        if state == CommentState.REMOVED
        else PublicComment(pk, name, text, "", created_at)
        for pk, name, text, reason, created_at, state in rows
    ]
    return tuple(reversed(found))

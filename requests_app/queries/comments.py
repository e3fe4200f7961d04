"""What residents wrote under a request, as anybody may read it."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from requests_app.models.comment import CommentState

SHOWN = 50

# Part of the most opened page of a city: a small statement, written out.
_COMMENTS = """
SELECT id, name, public_text, removal_reason, created_at, state FROM requests_app_comment
 WHERE request_id = %s AND state <> %s ORDER BY id DESC LIMIT %s
"""


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
    with connection.cursor() as cursor:
        cursor.execute(_COMMENTS, [request_id, CommentState.WAITING.value, SHOWN])
        rows = cursor.fetchall()
    found = [
        PublicComment(pk, "", "", reason, created_at)
        if state == CommentState.REMOVED
        else PublicComment(pk, name, text, "", created_at)
        for pk, name, text, reason, created_at, state in rows
    ]
    return tuple(reversed(found))
